using Huatuo.AutoTracing.Capturing;
using Huatuo.AutoTracing.Looking;
using Huatuo.Flow.Tracing;
using Huatuo.Profiling;

namespace Huatuo.AutoTracing.AutotraceSoftirq;

/// <summary>One run of <c>autotrace_softirq</c>.</summary>
internal sealed class AutotraceSoftirqTrace(AutotraceSoftirqOptions options, TracerServices services, IFlameSource flames) : IAutoTrace<AutotraceSoftirqTrigger, AutotraceSoftirqEvent>
{
    private const string Host = "host";
    private readonly SoftirqShares _shares = new(services);
    private readonly RecentHistory _history = new(options, options.Level);

    public void Look(List<Held<AutotraceSoftirqTrigger>> held)
    {
        if (_shares.Look() is not { } worst)
            _history.Forget();
        else if (_history.Add(worst.Percent) is { } unusual)
            held.Add(new Held<AutotraceSoftirqTrigger>(Host, null, 0, new AutotraceSoftirqTrigger(worst.Cpu, unusual)) { Taken = _history.Take });
    }

    public async Task<Captured<AutotraceSoftirqEvent>> CaptureAsync(AutotraceSoftirqTrigger trigger, CancellationToken stop)
    {
        FlameData flame = await flames.TakeAsync(new ProfileTarget { Cpus = [trigger.Cpu] }, options.CaptureTime, services, stop).ConfigureAwait(false);
        return new Captured<AutotraceSoftirqEvent>(new AutotraceSoftirqEvent(trigger, flame), flame.Error is null);
    }
}

/// <summary>What was seen.</summary>
/// <param name="Cpu">Of which CPU.</param>
/// <param name="Softirq">Its time in softirqs, in percent.</param>
internal sealed record AutotraceSoftirqTrigger(int Cpu, Unusual Softirq);
