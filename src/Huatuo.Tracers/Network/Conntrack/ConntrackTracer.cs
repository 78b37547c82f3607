using Huatuo.Flow.Metrics;
using Huatuo.Flow.Options;
using Huatuo.Flow.Tracing;
using Huatuo.Tracers.Collecting;

namespace Huatuo.Tracers.Network.Conntrack;

/// <summary>Tracked connections, their limit, and what was refused.</summary>
internal sealed class ConntrackTracer : MetricTracerDefinition
{
    public override string Name => "conntrack";

    public override string Summary => "Tracked connections, their limit, and what was refused.";

    public override OptionSchema Options { get; } = TracerOptions.Schema<TracerOptions>("conntrack");

    public override IReadOnlyList<HookRung> Ladder { get; } = [KernelPath.ModuleRung("/proc/sys/net/netfilter/nf_conntrack_count", "CONFIG_NF_CONNTRACK")];

    public override IReadOnlyList<MetricFamily> Families => ConntrackRun.Families;

    public override ITracer Create(TracerOptions options, TracerServices services) => new ConntrackRun(services);
}
