using Huatuo.Flow.Metrics;
using Huatuo.Flow.Options;
using Huatuo.Flow.Tracing;
using Huatuo.Tracers.Collecting;

namespace Huatuo.Tracers.Network.Netstat;

/// <summary>What the protocols IP, ICMP, TCP and UDP counted, IPv4 and IPv6.</summary>
internal sealed class NetstatTracer : MetricTracerDefinition
{
    public override string Name => "netstat";

    public override string Summary => "What the protocols IP, ICMP, TCP and UDP counted, IPv4 and IPv6.";

    public override OptionSchema Options => NetstatOptions.Keys;

    public override IReadOnlyList<HookRung> Ladder { get; } = [KernelPath.Rung("/proc/net/snmp", "mount proc")];

    public override IReadOnlyList<MetricFamily> Families => NetstatRun.Families;

    public override ITracer Create(TracerOptions options, TracerServices services) => new NetstatRun((NetstatOptions)options, services);
}
