using Huatuo.Bpf.Abi;
using Huatuo.Flow.Metrics;
using Huatuo.Flow.Options;
using Huatuo.Flow.Tracing;

namespace Huatuo.Tracers.Memory.MemoryFree;

/// <summary>Tasks that have to make room before they get memory.</summary>
internal sealed class MemoryFreeTracer : MetricTracerDefinition
{
    public override string Name => "memory_free";

    public override IReadOnlyList<string> Aliases { get; } = ["memory_free_compact"];

    public override string Summary => "Time that tasks are stalled by direct reclaim and by compaction of the machine's memory.";

    public override OptionSchema Options { get; } = TracerOptions.Schema<TracerOptions>("memory_free");

    public override IReadOnlyList<MetricFamily> Families => MemoryFreeMetrics.Families;

    // A kernel without CONFIG_COMPACTION does not compact.
    public override IReadOnlyList<HookRung> Ladder { get; } =
    [
        HookRung.Of(
            Hook.BtfTracepoint("mm_vmscan_direct_reclaim_begin", MemoryFreeBpf.Programs.ReclaimBegin, fetches: false),
            Hook.BtfTracepoint("mm_vmscan_direct_reclaim_end", MemoryFreeBpf.Programs.ReclaimEnd, fetches: false),
            Hook.BtfTracepoint("mm_compaction_begin", MemoryFreeBpf.Programs.CompactionBegin, fetches: false).Optional,
            Hook.BtfTracepoint("mm_compaction_end", MemoryFreeBpf.Programs.CompactionEnd, fetches: false).Optional) with
        {
            Name = "tp_btf/mm_vmscan_direct_reclaim+mm_compaction",
        },
    ];

    public override ITracer Create(TracerOptions options, TracerServices services)
    {
        ExemplarSlots exemplars = services.Exemplars.Of(MemoryFreeMetrics.Reclaim);
        return new CounterRun<Histogram>(
            MemoryFreeBpf.ObjectName, loaded => new MemoryFreeBpf(loaded).Stalls.Counters(), (writer, stalls) => MemoryFreeMetrics.Write(writer, stalls, exemplars.Read()));
    }
}
