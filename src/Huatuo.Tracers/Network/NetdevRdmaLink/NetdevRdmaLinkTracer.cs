using Huatuo.Flow.Metrics;
using Huatuo.Flow.Options;
using Huatuo.Flow.Tracing;
using Huatuo.Tracers.Collecting;

namespace Huatuo.Tracers.Network.NetdevRdmaLink;

/// <summary>What RDMA devices counted.</summary>
internal sealed class NetdevRdmaLinkTracer : MetricTracerDefinition
{
    public override string Name => "netdev_rdma_link";

    public override string Summary => "What RDMA devices counted.";

    public override OptionSchema Options { get; } = TracerOptions.Schema<TracerOptions>("netdev_rdma_link");

    public override IReadOnlyList<HookRung> Ladder { get; } = [KernelPath.ModuleRung("/sys/class/infiniband", "CONFIG_INFINIBAND")];

    public override IReadOnlyList<MetricFamily> Families => NetdevRdmaLinkRun.Families;

    public override ITracer Create(TracerOptions options, TracerServices services) => new NetdevRdmaLinkRun(services);
}
