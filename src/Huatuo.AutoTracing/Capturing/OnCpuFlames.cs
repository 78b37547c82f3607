using Huatuo.Bpf.Rings;
using Huatuo.Flow.Tracing;
using Huatuo.Profiling;
using Huatuo.Profiling.Capturing;
using Huatuo.Profiling.OnCpu;

namespace Huatuo.AutoTracing.Capturing;

/// <summary>Flame graphs by the on-CPU profiler, which is loaded for each alone.</summary>
/// <param name="time">Time.</param>
internal sealed class OnCpuFlames(TimeProvider time) : IFlameSource
{
    internal const string Stopped = "ended early: the tracer was stopped";

    /// <inheritdoc/>
    public async Task<FlameData> TakeAsync(ProfileTarget target, TimeSpan duration, TracerServices services, CancellationToken stop)
    {
        if (stop.IsCancellationRequested)
            return new FlameData { Error = Stopped };
        try
        {
            await services.Stacks.Symbols.ReadyAsync().ConfigureAwait(false);
            using OnCpuProfiler profiler = OnCpuProfiler.Start(new OnCpuOptions { Target = target }, services.Stacks.Symbols.Current!, new OnlineCpus());
            await ProfileCapture.TakeAsync(profiler, null, duration, time, stop).ConfigureAwait(false);
            return FlameRows.Of(profiler.Profile) with { Error = stop.IsCancellationRequested ? Stopped : null };
        }
        catch (Exception fault) when (fault is IOException or InvalidDataException or UnauthorizedAccessException)
        {
            return new FlameData { Error = fault.Message };
        }
    }
}
