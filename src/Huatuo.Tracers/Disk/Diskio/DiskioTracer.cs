using Huatuo.Flow.Metrics;
using Huatuo.Flow.Options;
using Huatuo.Flow.Tracing;
using Huatuo.Tracers.Collecting;

namespace Huatuo.Tracers.Disk.Diskio;

/// <summary>Requests, bytes and time of each disk.</summary>
internal sealed class DiskioTracer : MetricTracerDefinition
{
    public override string Name => "diskio";

    public override string Summary => "Requests, bytes and time of each disk.";

    public override OptionSchema Options => DiskioOptions.Keys;

    public override IReadOnlyList<HookRung> Ladder { get; } = [KernelPath.Rung("/proc/diskstats", "mount proc")];

    public override IReadOnlyList<MetricFamily> Families => DiskioRun.Families;

    public override ITracer Create(TracerOptions options, TracerServices services) => new DiskioRun((DiskioOptions)options, services);
}
