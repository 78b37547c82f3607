using Huatuo.Flow.Metrics;
using Huatuo.Flow.Options;
using Huatuo.Flow.Tracing;
using Huatuo.Linux.Netlink;

namespace Huatuo.Tracers.Network.NetdevQdisc;

/// <summary>What the queueing disciplines of network devices sent, dropped and hold.</summary>
/// <param name="open">Opens what is asked.</param>
internal sealed class NetdevQdiscTracer(Func<IRouteSource> open) : MetricTracerDefinition
{
    public NetdevQdiscTracer()
        : this(RouteSocket.Open)
    {
    }

    public override string Name => "netdev_qdisc";

    public override string Summary => "What the queueing disciplines of network devices sent, dropped and hold.";

    public override OptionSchema Options => NetdevQdiscOptions.Keys;

    public override IReadOnlyList<HookRung> Ladder { get; } = [HookRung.User("rtnetlink", _ => null)];

    public override IReadOnlyList<MetricFamily> Families => NetdevQdiscRun.Families;

    public override ITracer Create(TracerOptions options, TracerServices services) => new NetdevQdiscRun((NetdevQdiscOptions)options, services, open());
}
