using Huatuo.Flow.Metrics;
using Huatuo.Flow.Options;
using Huatuo.Flow.Tracing;
using Huatuo.Tracers.Collecting;

namespace Huatuo.Tracers.Network.Sockstat;

/// <summary>Sockets in use by protocol, and their memory.</summary>
internal sealed class SockstatTracer : MetricTracerDefinition
{
    public override string Name => "sockstat";

    public override string Summary => "Sockets in use by protocol, and their memory.";

    public override OptionSchema Options { get; } = TracerOptions.Schema<TracerOptions>("sockstat");

    public override IReadOnlyList<HookRung> Ladder { get; } = [KernelPath.Rung("/proc/net/sockstat", "mount proc")];

    public override IReadOnlyList<MetricFamily> Families => SockstatRun.Families;

    public override ITracer Create(TracerOptions options, TracerServices services) => new SockstatRun(services);
}
