using Huatuo.Bpf.Rings;
using Huatuo.Flow.Tracing;
using Huatuo.Profiling;
using Huatuo.Profiling.OnCpu;

namespace Huatuo.AutoTracing.Capturing;

/// <summary>Flame graphs by the on-CPU profiler, which is loaded for each alone.</summary>
/// <param name="time">Time.</param>
internal sealed class OnCpuFlames(TimeProvider time) : IFlameSource
{
    internal const string Stopped = "ended early: the tracer was stopped";

    // Processes that live shorter than this may be gone when their stacks are to be named.
    private static readonly TimeSpan s_interval = TimeSpan.FromMilliseconds(250);

    /// <inheritdoc/>
    public async Task<FlameData> TakeAsync(ProfileTarget target, TimeSpan duration, TracerServices services, CancellationToken stop)
    {
        if (stop.IsCancellationRequested)
            return new FlameData { Error = Stopped };
        try
        {
            await services.Stacks.Symbols.ReadyAsync().ConfigureAwait(false);
            using OnCpuProfiler profiler = OnCpuProfiler.Start(new OnCpuOptions { Target = target }, services.Stacks.Symbols.Current!, new OnlineCpus());
            long began = time.GetTimestamp();
            while (time.GetElapsedTime(began) is var elapsed && elapsed < duration && !stop.IsCancellationRequested)
            {
                TimeSpan left = duration - elapsed;
                await Task.Delay(left < s_interval ? left : s_interval, time, stop).ContinueWith(_ => { }, TaskScheduler.Default).ConfigureAwait(false);
                profiler.Take();
            }
            profiler.Stop();
            profiler.Profile.Duration = time.GetElapsedTime(began);
            return FlameRows.Of(profiler.Profile) with { Error = stop.IsCancellationRequested ? Stopped : null };
        }
        catch (Exception fault) when (fault is IOException or InvalidDataException or UnauthorizedAccessException)
        {
            return new FlameData { Error = fault.Message };
        }
    }
}
