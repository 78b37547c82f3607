using Huatuo.Flow.Metrics;
using Huatuo.Flow.Options;
using Huatuo.Flow.Tracing;

namespace Huatuo.Tracers.Disk.Iolatency;

/// <summary>How long requests to disks take.</summary>
internal sealed class IolatencyTracer : MetricTracerDefinition
{
    public override string Name => "iolatency";

    public override string Summary => "Time that disks take for reads, writes, flushes and discards, from the queue and from the dispatch on, by disk and by container.";

    public override OptionSchema Options => IolatencyOptions.Keys;

    public override IReadOnlyList<MetricFamily> Families => IolatencyMetrics.Families;

    public override IReadOnlyList<HookRung> Ladder { get; } =
    [
        HookRung.Of(
            Hook.BtfTracepoint("block_rq_complete", IolatencyBpf.Programs.Completed, fetches: false),
            Hook.BtfTracepoint("block_rq_issue", IolatencyBpf.Programs.Issued, fetches: false),
            Hook.BtfTracepoint("block_rq_insert", IolatencyBpf.Programs.Inserted, fetches: false),
            Hook.BtfTracepoint("cgroup_rmdir", IolatencyBpf.Programs.CgroupRemoved, fetches: false).Optional) with
        {
            Name = "tp_btf/block_rq_insert+issue+complete",
        },
    ];

    public override ITracer Create(TracerOptions options, TracerServices services) => new IolatencyRun((IolatencyOptions)options, services);
}
