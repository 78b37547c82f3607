using System.Text.Json;
using Huatuo.AutoTracing.Capturing;
using Huatuo.Flow.Options;
using Huatuo.Flow.Tracing;

namespace Huatuo.AutoTracing.AutotraceRunqlat;

/// <summary>The machine's flame graph when tasks wait for a CPU longer than is usual for it.</summary>
/// <param name="station">What all auto-tracers share.</param>
internal sealed class AutotraceRunqlatTracer(AutoTraceStation station) : AutoTracerDefinition(station)
{
    public override string Name => "autotrace_runqlat";

    public override string Summary => "The machine's flame graph when tasks wait for a CPU longer than is usual for it; beside runqlat.";

    public override OptionSchema Options => AutotraceRunqlatOptions.Keys;

    public override IReadOnlyList<HookRung> Ladder { get; } = [HookRung.User("runqlat", _ => null)];

    public override ITracer Create(TracerOptions options, TracerServices services) =>
        Run(new AutotraceRunqlatTrace((AutotraceRunqlatOptions)options, services, Station.Flames), (AutotraceRunqlatOptions)options, services);

    public override string FormatText(JsonElement document) => UnusualText.Of(document, "wait_us", "");
}
