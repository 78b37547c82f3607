using Huatuo.Flow.Metrics;
using Huatuo.Flow.Options;
using Huatuo.Flow.Tracing;
using Huatuo.Tracers.Collecting;

namespace Huatuo.Tracers.Network.TcpMemory;

/// <summary>Memory that TCP uses, and its limits.</summary>
internal sealed class TcpMemoryTracer : MetricTracerDefinition
{
    public override string Name => "tcp_memory";

    public override string Summary => "Memory that TCP uses, and its limits.";

    public override OptionSchema Options { get; } = TracerOptions.Schema<TracerOptions>("tcp_memory");

    public override IReadOnlyList<HookRung> Ladder { get; } = [KernelPath.Rung("/proc/sys/net/ipv4/tcp_mem", "mount proc")];

    public override IReadOnlyList<MetricFamily> Families => TcpMemoryRun.Families;

    public override ITracer Create(TracerOptions options, TracerServices services) => new TcpMemoryRun(services);
}
