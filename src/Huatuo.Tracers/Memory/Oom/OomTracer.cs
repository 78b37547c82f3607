using System.Text.Json;
using Huatuo.Flow.Metrics;
using Huatuo.Flow.Options;
using Huatuo.Flow.Tracing;

namespace Huatuo.Tracers.Memory.Oom;

/// <summary>Processes that the OOM killer chose.</summary>
internal sealed class OomTracer : EventTracerDefinition
{
    internal static readonly CounterFamily Kills = new("huatuo_oom_kills_total", "Processes that the OOM killer chose, by whose memory had run out.", "scope");

    public override string Name => "oom";

    public override string Summary => "OOM kills: who ran out of memory, who was killed, both memory cgroups, the host's memory.";

    public override bool IsSlow => true;

    public override IReadOnlyList<CounterFamily> Counters { get; } = [Kills];

    public override OptionSchema Options => OomOptions.Keys;

    public override IReadOnlyList<HookRung> Ladder { get; } =
    [
        HookRung.BtfTracepoint("mark_victim", OomBpf.Programs.OomBtf),
        HookRung.Tracepoint("oom", "mark_victim", OomBpf.Programs.OomTracepoint),
    ];

    public override IEventTracer Create(TracerOptions options, TracerServices services) => new OomRun(services);

    public override string FormatText(JsonElement document) => OomText.Format(document);
}
