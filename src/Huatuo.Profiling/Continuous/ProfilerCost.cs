using System.Runtime.InteropServices;
using Huatuo.Bpf;

namespace Huatuo.Profiling.Continuous;

/// <summary>What a profiler costs by the kernel's own measure.</summary>
internal sealed partial class ProfilerCost : IProfilerCost, IDisposable
{
    private const int ThreadClock = 3;
    private BpfStatistics? _measuring;
    private ulong _before;

    /// <inheritdoc/>
    public TimeSpan OwnTime => clock_gettime(ThreadClock, out Timespec now) == 0
        ? TimeSpan.FromSeconds(now.Seconds) + TimeSpan.FromTicks(now.Nanoseconds / 100)
        : TimeSpan.Zero;

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

    [LibraryImport("libc", SetLastError = true)]
    private static partial int clock_gettime(int clock, out Timespec time);

    private struct Timespec
    {
        internal long Seconds;
        internal long Nanoseconds;
    }
}
