using Huatuo.Flow.Metrics;
using Huatuo.Flow.Options;
using Huatuo.Flow.Tracing;
using Huatuo.Tracers.Collecting;

namespace Huatuo.Tracers.Memory.MemoryBuddyinfo;

/// <summary>Free blocks of memory by size, which tell how fragmented it is.</summary>
internal sealed class MemoryBuddyinfoTracer : MetricTracerDefinition
{
    public override string Name => "memory_buddyinfo";

    public override string Summary => "Free blocks of memory by size, which tell how fragmented it is.";

    public override OptionSchema Options { get; } = TracerOptions.Schema<TracerOptions>("memory_buddyinfo");

    public override IReadOnlyList<HookRung> Ladder { get; } = [KernelPath.Rung("/proc/buddyinfo", "mount proc")];

    public override IReadOnlyList<MetricFamily> Families => MemoryBuddyinfoRun.Families;

    public override ITracer Create(TracerOptions options, TracerServices services) => new MemoryBuddyinfoRun(services);
}
