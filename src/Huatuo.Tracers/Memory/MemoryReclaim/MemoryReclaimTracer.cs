using System.Text.Json;
using Huatuo.Flow.Options;
using Huatuo.Flow.Tracing;

namespace Huatuo.Tracers.Memory.MemoryReclaim;

/// <summary>Tasks that had to free memory before they got some, and were blocked by that for long.</summary>
internal sealed class MemoryReclaimTracer : EventTracerDefinition
{
    public override string Name => "memory_reclaim";

    public override IReadOnlyList<string> Aliases { get; } = ["memory_reclaim_events"];

    public override string Summary => "Direct reclaim that blocked a task: how long, for the machine or for a cgroup's limit, who, stack.";

    public override OptionSchema Options => MemoryReclaimOptions.Keys;

    // A kernel without memory cgroups has no reclaim for their limits.
    public override IReadOnlyList<HookRung> Ladder { get; } =
    [
        HookRung.Of(
            Hook.BtfTracepoint("mm_vmscan_direct_reclaim_begin", MemoryReclaimBpf.Programs.DirectBegin, fetches: false),
            Hook.BtfTracepoint("mm_vmscan_direct_reclaim_end", MemoryReclaimBpf.Programs.DirectEnd, fetches: false),
            Hook.BtfTracepoint("mm_vmscan_memcg_reclaim_begin", MemoryReclaimBpf.Programs.MemcgBegin, fetches: false).Optional,
            Hook.BtfTracepoint("mm_vmscan_memcg_reclaim_end", MemoryReclaimBpf.Programs.MemcgEnd, fetches: false).Optional) with
        {
            Name = "tp_btf/mm_vmscan_direct_reclaim+memcg_reclaim",
        },
    ];

    public override ITracer Create(TracerOptions options, TracerServices services) =>
        new MemoryReclaimRun((MemoryReclaimOptions)options, services);

    public override string FormatText(JsonElement document) => MemoryReclaimText.Format(document);
}
