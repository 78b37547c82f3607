using Huatuo.Flow.Metrics;
using Huatuo.Flow.Options;
using Huatuo.Flow.Tracing;
using Huatuo.Tracers.Collecting;

namespace Huatuo.Tracers.Cpu.Loadavg;

/// <summary>How many tasks run, or wait for a CPU or a disk.</summary>
internal sealed class LoadavgTracer : MetricTracerDefinition
{
    public override string Name => "loadavg";

    public override string Summary => "How many tasks run, or wait for a CPU or a disk.";

    public override OptionSchema Options { get; } = TracerOptions.Schema<TracerOptions>("loadavg");

    public override IReadOnlyList<HookRung> Ladder { get; } = [KernelPath.Rung("/proc/loadavg", "mount proc")];

    public override IReadOnlyList<MetricFamily> Families => LoadavgRun.Families;

    public override ITracer Create(TracerOptions options, TracerServices services) => new LoadavgRun(services);
}
