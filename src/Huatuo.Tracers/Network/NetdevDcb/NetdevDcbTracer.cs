using Huatuo.Flow.Metrics;
using Huatuo.Flow.Options;
using Huatuo.Flow.Tracing;
using Huatuo.Linux.Netlink;

namespace Huatuo.Tracers.Network.NetdevDcb;

/// <summary>Pause frames of priority flow control, sent and received by each network device.</summary>
/// <param name="open">Opens what is asked.</param>
internal sealed class NetdevDcbTracer(Func<IRouteSource> open) : MetricTracerDefinition
{
    public NetdevDcbTracer()
        : this(RouteSocket.Open)
    {
    }

    public override string Name => "netdev_dcb";

    public override string Summary => "Pause frames of priority flow control, sent and received by each network device.";

    public override OptionSchema Options => NetdevDcbOptions.Keys;

    public override IReadOnlyList<HookRung> Ladder { get; } = [HookRung.User("rtnetlink", _ => null)];

    public override IReadOnlyList<MetricFamily> Families => NetdevDcbRun.Families;

    public override ITracer Create(TracerOptions options, TracerServices services) => new NetdevDcbRun((NetdevDcbOptions)options, services, open());
}
