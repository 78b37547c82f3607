using Huatuo.AutoTracing.Capturing;
using Huatuo.AutoTracing.Looking;
using Huatuo.Flow.Containers;
using Huatuo.Flow.Tracing;
using Huatuo.Profiling;

namespace Huatuo.AutoTracing.Cpuidle;

/// <summary>One run of <c>cpuidle</c>.</summary>
internal sealed class CpuidleTrace(CpuidleOptions options, TracerServices services, IFlameSource flames) : IAutoTrace<CpuidleTrigger, CpuidleEvent>
{
    private readonly ContainerUsage _usage = new(services);

    public void Look(List<Held<CpuidleTrigger>> held) => _usage.Look((container, now, before) =>
    {
        if (!IsWanted(container.Names))
            return;
        var trigger = new CpuidleTrigger(
            container,
            new Rise((int)now.User, options.UserThreshold, (int)now.User - (int)before.User, options.DeltaUser),
            new Rise((int)now.System, options.SysThreshold, (int)now.System - (int)before.System, options.DeltaSys),
            new Rise((int)now.Total, options.UsageThreshold, (int)now.Total - (int)before.Total, options.DeltaUsage));
        if (trigger.Holds)
            held.Add(new Held<CpuidleTrigger>(container.Id, container, trigger.Score, trigger));
    });

    public async Task<Captured<CpuidleEvent>> CaptureAsync(CpuidleTrigger trigger, CancellationToken stop)
    {
        FlameData flame = ContainerCgroup.Find(trigger.Container, services.Roots.Proc, stop) is { } id
            ? await flames.TakeAsync(new ProfileTarget { CgroupId = id }, options.CaptureTime, services, stop).ConfigureAwait(false)
            : new FlameData { Error = stop.IsCancellationRequested ? ProfilerFlames.Stopped : "the container's cgroup is gone" };
        return new Captured<CpuidleEvent>(new CpuidleEvent(trigger, flame), flame.Error is null);
    }

    // What no source of names has told of has no type.
    private bool IsWanted(ContainerNames names) =>
        names.Type is "" or "normal"
        && (options.Included.Count == 0 || options.Included.Any(pattern => pattern.Fits(names)))
        && !options.Excluded.Any(pattern => pattern.Fits(names));
}

/// <summary>What was seen of a container.</summary>
internal sealed record CpuidleTrigger(Container Container, Rise User, Rise System, Rise Total)
{
    /// <summary>Whether one of them is too much.</summary>
    internal bool Holds => User.Holds || System.Holds || Total.Holds;

    /// <summary>How far the one that is farthest beyond its threshold is.</summary>
    internal double Score => Math.Max(User.Score, Math.Max(System.Score, Total.Score));
}

/// <summary>A share of time that may have grown too much, all in percent.</summary>
internal readonly record struct Rise(int Percent, int Threshold, int Delta, int DeltaThreshold)
{
    /// <summary>Whether it has.</summary>
    internal bool Holds => Percent > Threshold && Delta > DeltaThreshold;

    /// <summary>By how much; 0 when it has not.</summary>
    internal double Score => Holds ? (double)Percent / Math.Max(Threshold, 1) : 0;
}
