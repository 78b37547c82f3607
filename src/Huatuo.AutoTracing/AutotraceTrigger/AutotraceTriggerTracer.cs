using System.Globalization;
using System.Text;
using System.Text.Json;
using Huatuo.Flow.Options;
using Huatuo.Flow.Tracing;
using Huatuo.Tracers;

namespace Huatuo.AutoTracing.AutotraceTrigger;

/// <summary>Pictures at conditions on any metric, as the configuration has them.</summary>
/// <param name="station">What all auto-tracers share.</param>
internal sealed class AutotraceTriggerTracer(AutoTraceStation station) : AutoTracerDefinition(station)
{
    public override string Name => "autotrace_trigger";

    public override string Summary => "Profiles of the machine when a condition on a metric holds that the configuration names.";

    public override OptionSchema Options => AutotraceTriggerOptions.Keys;

    public override IReadOnlyList<HookRung> Ladder { get; } = [HookRung.User("metrics", _ => null)];

    public override ITracer Create(TracerOptions options, TracerServices services) =>
        Run(new AutotraceTriggerTrace((AutotraceTriggerOptions)options, services, Station.Flames), (AutotraceTriggerOptions)options, services);

    public override string FormatText(JsonElement document)
    {
        JsonElement data = document.GetProperty("tracer_data");
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"{TerminalText.Text(document, "observed_timestamp")} {TerminalText.Text(data, "trigger")}: {TerminalText.Text(data, "series")} is {data.GetProperty("value")}, threshold {data.GetProperty("threshold")}");
        foreach (JsonElement capture in data.GetProperty("captures").EnumerateArray())
            text.Append(CultureInfo.InvariantCulture, $"\n    {TerminalText.Text(capture, "profiler")}: {capture.GetProperty("capture").GetProperty("samples")} samples");
        return text.ToString();
    }
}
