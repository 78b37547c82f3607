using Huatuo.Bpf.Features;
using Huatuo.Flow.Metrics;
using Huatuo.Flow.Options;
using Huatuo.Flow.Tracing;

namespace Huatuo.Tracers.Scheduling.Runqlat;

/// <summary>How long tasks wait for a CPU once they could run.</summary>
internal sealed class RunqlatTracer : MetricTracerDefinition
{
    public override string Name => "runqlat";

    public override IReadOnlyList<string> Aliases { get; } = ["runqlat_tracing"];

    public override string Summary => "Time that runnable tasks wait for a CPU, and voluntary and involuntary switches, of the host and by container.";

    public override OptionSchema Options => RunqlatOptions.Keys;

    public override IReadOnlyList<MetricFamily> Families => RunqlatMetrics.Families;

    public override IReadOnlyList<HookRung> Ladder { get; } =
    [
        HookRung.Of(Hook.BtfTracepoint("sched_switch", RunqlatBpf.Programs.SwitchInfo, fetches: false), Removed) with
        {
            Name = RunqlatRun.SchedInfo,
            Lacks = (_, btf) => Keeps(btf, "sched_info", "last_queued", "CONFIG_SCHED_INFO") ?? Keeps(btf, "sched_entity", "cfs_rq", "CONFIG_FAIR_GROUP_SCHED"),
        },
        HookRung.Of(
            Hook.BtfTracepoint("sched_switch", RunqlatBpf.Programs.SwitchTimed, fetches: false),
            Hook.BtfTracepoint("sched_wakeup", RunqlatBpf.Programs.Wakeup, fetches: false),
            Hook.BtfTracepoint("sched_wakeup_new", RunqlatBpf.Programs.WakeupNew, fetches: false),
            Removed) with
        {
            Name = RunqlatRun.Wakeup,
        },
    ];

    private static Hook Removed => Hook.BtfTracepoint("cgroup_rmdir", RunqlatBpf.Programs.CgroupRemoved, fetches: false).Optional;

    public override ITracer Create(TracerOptions options, TracerServices services) => new RunqlatRun((RunqlatOptions)options, services);

    private static Unsupported? Keeps(KernelBtf? btf, string type, string member, string option) =>
        btf?.TryMemberOffset(type, member, out _) == true ? null : new Unsupported($"{type}.{member}", "", $"needs a kernel built with {option}");
}
