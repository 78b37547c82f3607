using System.Text.Json;
using Huatuo.Flow.Metrics;
using Huatuo.Flow.Options;
using Huatuo.Flow.Tracing;

namespace Huatuo.Tracers.Scheduling.Hungtask;

/// <summary>Tasks that wait uninterruptibly for longer than <c>kernel.hung_task_timeout_secs</c>.</summary>
internal sealed class HungtaskTracer : EventTracerDefinition
{
    internal static readonly CounterFamily Hangs = new("huatuo_hungtask_total", "Hung tasks that the kernel told of, each time that it told.");

    public override string Name => "hungtask";

    public override string Summary => "Tasks that hang: who, where in the kernel, every other blocked task, and what every CPU runs.";

    public override OptionSchema Options => HungtaskOptions.Keys;

    public override bool IsSlow => true;

    public override IReadOnlyList<CounterFamily> Counters => [Hangs];

    public override IReadOnlyList<HookRung> Ladder { get; } =
    [
        HookRung.BtfTracepoint("sched_process_hang", HungtaskBpf.Programs.HungtaskBtf, fetches: false) with { Lacks = (_, _) => LacksDetector() },
    ];

    public override ITracer Create(TracerOptions options, TracerServices services) =>
        new HungtaskRun((HungtaskOptions)options, services);

    public override string FormatText(JsonElement document) => HungtaskText.Format(document);

    private static Unsupported? LacksDetector() => File.Exists(BlockedTasks.TimeoutFile)
        ? null
        : new Unsupported("the hung task detector", "", "needs a kernel built with CONFIG_DETECT_HUNG_TASK");
}
