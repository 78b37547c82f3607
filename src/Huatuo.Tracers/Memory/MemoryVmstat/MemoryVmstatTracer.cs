using Huatuo.Flow.Metrics;
using Huatuo.Flow.Options;
using Huatuo.Flow.Tracing;
using Huatuo.Tracers.Collecting;

namespace Huatuo.Tracers.Memory.MemoryVmstat;

/// <summary>What memory management did, and where pages are.</summary>
internal sealed class MemoryVmstatTracer : MetricTracerDefinition
{
    public override string Name => "memory_vmstat";

    public override string Summary => "What memory management did, and where pages are.";

    public override OptionSchema Options => MemoryVmstatOptions.Keys;

    public override IReadOnlyList<HookRung> Ladder { get; } = [KernelPath.Rung("/proc/vmstat", "mount proc")];

    public override IReadOnlyList<MetricFamily> Families => MemoryVmstatRun.Families;

    public override ITracer Create(TracerOptions options, TracerServices services) => new MemoryVmstatRun((MemoryVmstatOptions)options, services);
}
