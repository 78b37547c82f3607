using Huatuo.Flow.Metrics;
using Huatuo.Flow.Options;
using Huatuo.Flow.Tracing;
using Huatuo.Tracers.Collecting;

namespace Huatuo.Tracers.Cpu.CpuUtil;

/// <summary>What the CPUs did with their time, from boot on.</summary>
internal sealed class CpuUtilTracer : MetricTracerDefinition
{
    public override string Name => "cpu_util";

    public override string Summary => "What the CPUs did with their time, from boot on.";

    public override OptionSchema Options => CpuUtilOptions.Keys;

    public override IReadOnlyList<HookRung> Ladder { get; } = [KernelPath.Rung("/proc/stat", "mount proc")];

    public override IReadOnlyList<MetricFamily> Families => CpuUtilRun.Families;

    public override ITracer Create(TracerOptions options, TracerServices services) => new CpuUtilRun((CpuUtilOptions)options, services);
}
