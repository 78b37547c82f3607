using Huatuo.AutoTracing.Capturing;
using Huatuo.AutoTracing.Looking;
using Huatuo.Flow.Tracing;
using Huatuo.Profiling;
using Huatuo.Profiling.Io;

namespace Huatuo.AutoTracing.Iotracing;

/// <summary>One run of <c>iotracing</c>.</summary>
internal sealed class IotracingTrace(IotracingOptions options, TracerServices services, IFileWatches watches, IFlameSource flames) : IAutoTrace<IotracingTrigger, IotracingEvent>
{
    private readonly DiskLoads _disks = new(services);
    private readonly HashSet<string> _before = [];
    private readonly List<IotracingTrigger> _now = [];

    public void Look(List<Held<IotracingTrigger>> held)
    {
        _now.Clear();
        _disks.Look(load =>
        {
            if (load.TooMuch(options) is { } reason)
                _now.Add(new IotracingTrigger(load, reason, BlockStack.Of(services.Roots, load)));
        });
        foreach (IotracingTrigger trigger in _now)
        {
            string device = trigger.Load.Device;
            // One look may be a burst, and what lies on a disk waits for it.
            if (_before.Contains(device) && !_now.Exists(disk => disk.Stack.Above.ContainsKey(device)))
                held.Add(new Held<IotracingTrigger>(device, null, trigger.Reason.Value / Math.Max(trigger.Reason.Threshold, 1), trigger) { Also = trigger.Stack.Above.Keys });
        }
        _before.Clear();
        _before.UnionWith(_now.Select(trigger => trigger.Load.Device));
    }

    public async Task<Captured<IotracingEvent>> CaptureAsync(IotracingTrigger trigger, CancellationToken stop)
    {
        var files = new DiskFiles(services.Roots.Proc, trigger.Stack);
        var processes = new ProcessIo(services, options, files);
        var waits = new IoWaits(services);
        using IFileWatch? watch = watches.TryStart(trigger.Stack, out string? lacking);
        processes.Begin();
        TimeProvider time = services.Time;
        long began = time.GetTimestamp();
        Task<FlameData> flame = flames.TakeAsync(IoProfiler.Definition, new ProfileTarget(), options.CaptureTime, services, stop, ProfileUnit.Bytes);
        while (time.GetElapsedTime(began) is var elapsed && elapsed < options.CaptureTime && !stop.IsCancellationRequested)
        {
            TimeSpan pause = waits.Look();
            TimeSpan left = options.CaptureTime - elapsed;
            await Task.Delay(pause < left ? pause : left, time, stop).ContinueWith(_ => { }, TaskScheduler.Default).ConfigureAwait(false);
        }
        TimeSpan took = time.GetElapsedTime(began);
        double seconds = Math.Max(took.TotalSeconds, 1e-3);
        WatchedFiles? watched = watch?.End();
        var picture = new IoPicture(took, processes.End(seconds, watched), waits.Longest(options.MaxStack))
        {
            Other = watched is null ? null : DiskIoStats.Of(watched.Other, seconds),
            Lost = watched?.Lost ?? 0,
            Lacking = lacking,
            Flame = await flame.ConfigureAwait(false),
        };
        return new Captured<IotracingEvent>(new IotracingEvent(trigger, picture), !stop.IsCancellationRequested && lacking is null && picture.Flame.Error is null);
    }
}

/// <summary>What was seen.</summary>
/// <param name="Load">What the disk did.</param>
/// <param name="Reason">What of that is too much.</param>
/// <param name="Stack">The disk, and what lies on it.</param>
internal sealed record IotracingTrigger(DiskLoad Load, DiskReason Reason, BlockStack Stack);

/// <summary>What was taken then.</summary>
/// <param name="Took">For how long it was watched.</param>
/// <param name="Processes">Who read and wrote.</param>
/// <param name="Waits">Who waited.</param>
internal sealed record IoPicture(TimeSpan Took, IReadOnlyList<ProcessIoStats> Processes, IReadOnlyList<IoWait> Waits)
{
    /// <summary>What the disk moved that no file is known of; null when files were not watched.</summary>
    internal DiskIoStats? Other { get; init; }

    /// <summary>How often there was no room for what was seen of files.</summary>
    internal long Lost { get; init; }

    /// <summary>Why files were not watched; null when they were.</summary>
    internal string? Lacking { get; init; }

    /// <summary>Who asked disks, with stacks.</summary>
    internal required FlameData Flame { get; init; }
}
