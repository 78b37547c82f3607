using Huatuo.AutoTracing.Capturing;
using Huatuo.AutoTracing.Looking;
using Huatuo.Flow.Metrics;
using Huatuo.Flow.Tracing;
using Huatuo.Profiling;

namespace Huatuo.AutoTracing.AutotraceRunqlat;

/// <summary>One run of <c>autotrace_runqlat</c>.</summary>
internal sealed class AutotraceRunqlatTrace(AutotraceRunqlatOptions options, TracerServices services, IFlameSource flames) : IAutoTrace<AutotraceRunqlatTrigger, AutotraceRunqlatEvent>
{
    private const string Host = "host";
    private readonly RunQueueWaits _waits = new(services);
    private readonly RecentHistory _history = new(options, options.Level.TotalMicroseconds);

    public void Look(List<Held<AutotraceRunqlatTrigger>> held)
    {
        if (_waits.Look() is not { } waits)
            _history.Forget();
        else if (_history.Add(waits.MeanUs) is { } unusual)
            held.Add(new Held<AutotraceRunqlatTrigger>(Host, null, 0, new AutotraceRunqlatTrigger(waits.Count, unusual, waits.LongestUs)) { Taken = _history.Take });
    }

    public async Task<Captured<AutotraceRunqlatEvent>> CaptureAsync(AutotraceRunqlatTrigger trigger, CancellationToken stop)
    {
        FlameData flame = await flames.TakeAsync(new ProfileTarget(), options.CaptureTime, services, stop).ConfigureAwait(false);
        return new Captured<AutotraceRunqlatEvent>(new AutotraceRunqlatEvent(trigger, flame), flame.Error is null);
    }

    public void Accepted(AutotraceRunqlatTrigger trigger, AcceptedEvent accepted) =>
        services.Exemplars.Of(RunQueueWaits.Waits).Offer(accepted, trigger.LongestUs / RunQueueWaits.Million);
}

/// <summary>What was seen.</summary>
/// <param name="Waits">How often tasks got a CPU.</param>
/// <param name="Mean">How long they waited for it, in microseconds.</param>
/// <param name="LongestUs">How long at most.</param>
internal sealed record AutotraceRunqlatTrigger(ulong Waits, Unusual Mean, double LongestUs);
