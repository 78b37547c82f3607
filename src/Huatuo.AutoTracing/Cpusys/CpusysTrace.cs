using Huatuo.AutoTracing.Capturing;
using Huatuo.AutoTracing.Looking;
using Huatuo.Flow.Tracing;
using Huatuo.Profiling;

namespace Huatuo.AutoTracing.Cpusys;

/// <summary>One run of <c>cpusys</c>.</summary>
internal sealed class CpusysTrace(CpusysOptions options, TracerServices services, IFlameSource flames) : IAutoTrace<CpusysTrigger, CpusysEvent>
{
    private const string Host = "host";
    private readonly CpuShares _shares = new(services.Roots.Proc);
    private int? _before;

    public void Look(List<Held<CpusysTrigger>> held)
    {
        if (!_shares.TryLook())
        {
            _before = null;
            return;
        }
        int percent = (int)_shares.System;
        if (_before is { } before && percent > options.SysThreshold && percent - before > options.DeltaSysThreshold)
            held.Add(new Held<CpusysTrigger>(Host, null, percent, new CpusysTrigger(percent, options.SysThreshold, percent - before, options.DeltaSysThreshold)));
        _before = percent;
    }

    public async Task<Captured<CpusysEvent>> CaptureAsync(CpusysTrigger trigger, CancellationToken stop)
    {
        FlameData flame = await flames.TakeAsync(new ProfileTarget(), options.CaptureTime, services, stop).ConfigureAwait(false);
        return new Captured<CpusysEvent>(new CpusysEvent(trigger, flame), flame.Error is null);
    }
}

/// <summary>What was seen, all in percent.</summary>
internal readonly record struct CpusysTrigger(int Percent, int Threshold, int Delta, int DeltaThreshold);
