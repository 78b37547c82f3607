using Huatuo.Flow.Metrics;
using Huatuo.Flow.Options;
using Huatuo.Flow.Tracing;

namespace Huatuo.Tracers.Disk.IoStat;

/// <summary>What containers read from disks and wrote to them.</summary>
internal sealed class IoStatTracer : MetricTracerDefinition
{
    public override string Name => "io_stat";

    public override string Summary => "What containers read from disks and wrote to them.";

    public override OptionSchema Options { get; } = TracerOptions.Schema<TracerOptions>("io_stat");

    public override IReadOnlyList<HookRung> Ladder { get; } = [HookRung.User("io.stat", _ => null)];

    public override IReadOnlyList<MetricFamily> Families => IoStatRun.Families;

    public override ITracer Create(TracerOptions options, TracerServices services) => new IoStatRun(services);
}
