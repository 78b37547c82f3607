using Huatuo.AutoTracing.Looking;
using Huatuo.Flow.Tracing;

namespace Huatuo.AutoTracing.Iotracing;

/// <summary>One run of <c>iotracing</c>.</summary>
internal sealed class IotracingTrace(IotracingOptions options, TracerServices services) : IAutoTrace<IotracingTrigger, IotracingEvent>
{
    private readonly DiskLoads _disks = new(services);
    private readonly HashSet<string> _before = [];
    private readonly HashSet<string> _now = [];

    public void Look(List<Held<IotracingTrigger>> held)
    {
        _now.Clear();
        _disks.Look(load =>
        {
            if (load.TooMuch(options) is not { } reason)
                return;
            _now.Add(load.Device);
            // One look may be a burst.
            if (_before.Contains(load.Device))
                held.Add(new Held<IotracingTrigger>(load.Device, null, reason.Value / Math.Max(reason.Threshold, 1), new IotracingTrigger(load, reason)));
        });
        _before.Clear();
        _before.UnionWith(_now);
    }

    public async Task<Captured<IotracingEvent>> CaptureAsync(IotracingTrigger trigger, CancellationToken stop)
    {
        var processes = new ProcessIo(services, options, new DiskFiles(services.Roots, trigger.Load));
        var waits = new IoWaits(services);
        processes.Begin();
        TimeProvider time = services.Time;
        long began = time.GetTimestamp();
        while (time.GetElapsedTime(began) is var elapsed && elapsed < options.CaptureTime && !stop.IsCancellationRequested)
        {
            TimeSpan pause = waits.Look();
            TimeSpan left = options.CaptureTime - elapsed;
            await Task.Delay(pause < left ? pause : left, time, stop).ContinueWith(_ => { }, TaskScheduler.Default).ConfigureAwait(false);
        }
        TimeSpan took = time.GetElapsedTime(began);
        return new Captured<IotracingEvent>(new IotracingEvent(trigger, took, processes.End(took), waits.Longest(options.MaxStack)), !stop.IsCancellationRequested);
    }
}

/// <summary>What was seen.</summary>
internal sealed record IotracingTrigger(DiskLoad Load, DiskReason Reason);
