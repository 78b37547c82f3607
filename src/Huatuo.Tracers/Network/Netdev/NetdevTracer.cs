using Huatuo.Flow.Metrics;
using Huatuo.Flow.Options;
using Huatuo.Flow.Tracing;
using Huatuo.Tracers.Collecting;

namespace Huatuo.Tracers.Network.Netdev;

/// <summary>Bytes, packets, errors and drops of each network device.</summary>
internal sealed class NetdevTracer : MetricTracerDefinition
{
    public override string Name => "netdev";

    public override string Summary => "Bytes, packets, errors and drops of each network device.";

    public override OptionSchema Options => NetdevOptions.Keys;

    public override IReadOnlyList<HookRung> Ladder { get; } = [KernelPath.Rung("/proc/net/dev", "mount proc")];

    public override IReadOnlyList<MetricFamily> Families => NetdevRun.Families;

    public override ITracer Create(TracerOptions options, TracerServices services) => new NetdevRun((NetdevOptions)options, services);
}
