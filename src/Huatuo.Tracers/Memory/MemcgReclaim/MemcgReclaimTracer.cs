using Huatuo.Flow.Metrics;
using Huatuo.Flow.Options;
using Huatuo.Flow.Tracing;

namespace Huatuo.Tracers.Memory.MemcgReclaim;

/// <summary>Tasks that free memory for the limit of a cgroup before they get some.</summary>
internal sealed class MemcgReclaimTracer : MetricTracerDefinition
{
    public override string Name => "memcg_reclaim";

    public override string Summary => "Direct reclaim for the limits of cgroups: how often and how long it stalls tasks, by container.";

    public override OptionSchema Options => MemcgReclaimOptions.Keys;

    public override IReadOnlyList<MetricFamily> Families => MemcgReclaimMetrics.Families;

    public override IReadOnlyList<HookRung> Ladder { get; } =
    [
        HookRung.Of(
            Hook.BtfTracepoint("mm_vmscan_memcg_reclaim_begin", MemcgReclaimBpf.Programs.ReclaimBegin, fetches: false),
            Hook.BtfTracepoint("mm_vmscan_memcg_reclaim_end", MemcgReclaimBpf.Programs.ReclaimEnd, fetches: false),
            Hook.BtfTracepoint("cgroup_rmdir", MemcgReclaimBpf.Programs.CgroupRemoved, fetches: false).Optional) with
        {
            Name = "tp_btf/mm_vmscan_memcg_reclaim",
        },
    ];

    public override ITracer Create(TracerOptions options, TracerServices services) => new MemcgReclaimRun((MemcgReclaimOptions)options, services);
}
