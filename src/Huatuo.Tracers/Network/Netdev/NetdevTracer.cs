using Huatuo.Flow.Metrics;
using Huatuo.Flow.Options;
using Huatuo.Flow.Tracing;
using Huatuo.Linux;
using Huatuo.Linux.Netlink;
using Huatuo.Tracers.Collecting;

namespace Huatuo.Tracers.Network.Netdev;

/// <summary>Bytes, packets, errors and drops of each network device.</summary>
/// <param name="open">Opens what is asked with the second hook.</param>
internal sealed class NetdevTracer(Func<IRouteSource> open) : MetricTracerDefinition
{
    internal const string Rtnetlink = "rtnetlink";

    public NetdevTracer()
        : this(RouteSocket.Open)
    {
    }

    public override string Name => "netdev";

    public override string Summary => "Bytes, packets, errors and drops of each network device.";

    public override OptionSchema Options => NetdevOptions.Keys;

    public override IReadOnlyList<HookRung> Ladder { get; } =
    [
        KernelPath.Rung("/proc/net/dev", "mount proc"),
        HookRung.User(Rtnetlink, kernel => kernel.Roots == SystemRoots.Host ? null : new Unsupported("rtnetlink", "", "--procfs-prefix shows another machine")),
    ];

    public override IReadOnlyList<MetricFamily> Families => NetdevRun.Families;

    public override ITracer Create(TracerOptions options, TracerServices services) =>
        new NetdevRun((NetdevOptions)options, services, services.Rung == Rtnetlink ? open() : null);
}
