using Huatuo.Bpf.Features;
using Huatuo.Flow.Metrics;
using Huatuo.Flow.Options;
using Huatuo.Flow.Tracing;

namespace Huatuo.Tracers.Disk.Iolatency;

/// <summary>How long requests to disks take.</summary>
internal sealed class IolatencyTracer : MetricTracerDefinition
{
    // The end of the one is nothing without the other.
    private static readonly Hook s_freeze = Hook.FunctionExit(
        ("blk_freeze_queue_start", IolatencyBpf.Programs.FrozenPublic),
        ("__blk_freeze_queue_start", IolatencyBpf.Programs.FrozenInner),
        ("blk_freeze_queue_start_non_owner", IolatencyBpf.Programs.FrozenUnowned));

    private static readonly Hook s_unfreeze = Hook.FunctionExit(
        ("blk_mq_unfreeze_queue", IolatencyBpf.Programs.UnfrozenPublic),
        ("__blk_mq_unfreeze_queue", IolatencyBpf.Programs.UnfrozenInner),
        ("blk_mq_unfreeze_queue_nomemrestore", IolatencyBpf.Programs.UnfrozenNomemrestore),
        ("blk_mq_unfreeze_queue_non_owner", IolatencyBpf.Programs.UnfrozenUnowned));

    public override string Name => "iolatency";

    public override string Summary => "Time that disks take for reads, writes, flushes and discards, from the queue and from the dispatch on, by disk and by container; and time that disks let no request in.";

    public override OptionSchema Options => IolatencyOptions.Keys;

    public override IReadOnlyList<MetricFamily> Families => IolatencyMetrics.Families;

    public override IReadOnlyList<HookRung> Ladder { get; } =
    [
        HookRung.Of(
            Hook.BtfTracepoint("block_rq_complete", IolatencyBpf.Programs.Completed, fetches: false),
            Hook.BtfTracepoint("block_rq_issue", IolatencyBpf.Programs.Issued, fetches: false),
            Hook.BtfTracepoint("block_rq_insert", IolatencyBpf.Programs.Inserted, fetches: false),
            Hook.BtfTracepoint("cgroup_rmdir", IolatencyBpf.Programs.CgroupRemoved, fetches: false).Optional,
            (s_freeze with { Lacks = LacksEither }).Optional,
            (s_unfreeze with { Lacks = LacksEither }).Optional) with
        {
            Name = "tp_btf/block_rq_insert+issue+complete",
        },
    ];

    /// <summary>What a kernel lacks to tell when queues are frozen; null when nothing.</summary>
    internal static Unsupported? LacksEither(KernelFeatures kernel, KernelBtf? btf) => s_freeze.Lacks(kernel, btf) ?? s_unfreeze.Lacks(kernel, btf);

    public override ITracer Create(TracerOptions options, TracerServices services) => new IolatencyRun((IolatencyOptions)options, services);
}
