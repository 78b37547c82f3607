using System.Text.Json;
using Huatuo.Flow.Options;
using Huatuo.Flow.Tracing;

namespace Huatuo.Tracers.Scheduling.SchedTick;

/// <summary>Scheduler ticks that come late: interrupts were off on a CPU, or it did not run at all.</summary>
internal sealed class SchedTickTracer : EventTracerDefinition
{
    public override string Name => "sched_tick";

    public override string Summary => "Late scheduler ticks, as when interrupts were off for long: which CPU, how late, who, stack.";

    public override OptionSchema Options => SchedTickOptions.Keys;

    // The end first: a tick whose beginning was seen is always told.
    public override IReadOnlyList<HookRung> Ladder { get; } =
    [
        HookRung.Of(
            Hook.BtfTracepoint("hrtimer_expire_exit", SchedTickBpf.Programs.TickEnds, fetches: false),
            Hook.BtfTracepoint("hrtimer_expire_entry", SchedTickBpf.Programs.TickBegins, fetches: false)) with
        {
            Name = "tp_btf/hrtimer_expire_entry+exit",
        },
    ];

    public override ITracer Create(TracerOptions options, TracerServices services) =>
        new SchedTickRun((SchedTickOptions)options, services);

    public override string FormatText(JsonElement document) => SchedTickText.Format(document);
}
