using Huatuo.Flow.Metrics;
using Huatuo.Flow.Options;
using Huatuo.Flow.Tracing;
using Huatuo.Tracers.Collecting;

namespace Huatuo.Tracers.Network.Arp;

/// <summary>Neighbours by device, and what their table counted.</summary>
internal sealed class ArpTracer : MetricTracerDefinition
{
    public override string Name => "arp";

    public override string Summary => "Neighbours by device, and what their table counted.";

    public override OptionSchema Options { get; } = TracerOptions.Schema<TracerOptions>("arp");

    public override IReadOnlyList<HookRung> Ladder { get; } = [KernelPath.Rung("/proc/net/arp", "mount proc")];

    public override IReadOnlyList<MetricFamily> Families => ArpRun.Families;

    public override ITracer Create(TracerOptions options, TracerServices services) => new ArpRun(services);
}
