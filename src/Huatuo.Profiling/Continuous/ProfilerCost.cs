using Huatuo.Bpf;
using Huatuo.Profiling.Sampling;

namespace Huatuo.Profiling.Continuous;

/// <summary>What a profiler costs by the kernel's own measure.</summary>
internal sealed class ProfilerCost : IProfilerCost, IDisposable
{
    private BpfStatistics? _measuring;
    private ulong _before;

    /// <inheritdoc/>
    public TimeSpan OwnTime => ThreadTime.Taken;

    /// <inheritdoc/>
    public void Begin(IContinuousProfiler profiler)
    {
        _measuring = BpfStatistics.TryEnable();
        _before = RunTime(profiler);
    }

    /// <inheritdoc/>
    public TimeSpan End(IContinuousProfiler profiler)
    {
        ulong after = RunTime(profiler);
        Dispose();
        return TimeSpan.FromTicks((long)(after - Math.Min(after, _before)) / 100);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _measuring?.Dispose();
        _measuring = null;
    }

    private static ulong RunTime(IContinuousProfiler profiler)
    {
        ulong sum = 0;
        foreach (BpfProgram program in profiler.Loaded.LoadedPrograms())
            sum += program.Statistics()?.RunTimeNanoseconds ?? 0;
        return sum;
    }
}
