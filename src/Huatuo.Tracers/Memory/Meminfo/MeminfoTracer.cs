using Huatuo.Flow.Metrics;
using Huatuo.Flow.Options;
using Huatuo.Flow.Tracing;
using Huatuo.Tracers.Collecting;

namespace Huatuo.Tracers.Memory.Meminfo;

/// <summary>What memory is used for, and huge pages.</summary>
internal sealed class MeminfoTracer : MetricTracerDefinition
{
    public override string Name => "meminfo";

    public override string Summary => "What memory is used for, and huge pages.";

    public override OptionSchema Options { get; } = TracerOptions.Schema<TracerOptions>("meminfo");

    public override IReadOnlyList<HookRung> Ladder { get; } = [KernelPath.Rung("/proc/meminfo", "mount proc")];

    public override IReadOnlyList<MetricFamily> Families => MeminfoRun.Families;

    public override ITracer Create(TracerOptions options, TracerServices services) => new MeminfoRun(services);
}
