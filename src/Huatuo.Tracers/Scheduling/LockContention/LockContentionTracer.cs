using Huatuo.Bpf.Abi;
using Huatuo.Flow.Metrics;
using Huatuo.Flow.Options;
using Huatuo.Flow.Tracing;

namespace Huatuo.Tracers.Scheduling.LockContention;

/// <summary>How long tasks wait for locks of the kernel.</summary>
internal sealed class LockContentionTracer : MetricTracerDefinition
{
    public override string Name => "lock_contention";

    public override string Summary => "Time that tasks and interrupts wait for locks of the kernel, by the kind of lock; off by default.";

    public override OptionSchema Options => LockContentionOptions.Keys;

    public override IReadOnlyList<MetricFamily> Families => LockContentionMetrics.Families;

    public override IReadOnlyList<HookRung> Ladder { get; } =
    [
        HookRung.Of(
            Hook.BtfTracepoint("contention_end", LockContentionBpf.Programs.ContentionEnd, fetches: false),
            Hook.BtfTracepoint("contention_begin", LockContentionBpf.Programs.ContentionBegin, fetches: false)) with
        {
            Name = "tp_btf/contention_begin+end",
        },
    ];

    public override ITracer Create(TracerOptions options, TracerServices services) =>
        new CounterRun<Histogram>(LockContentionBpf.ObjectName, loaded => new LockContentionBpf(loaded).Kinds.Counters(), LockContentionMetrics.Write);
}
