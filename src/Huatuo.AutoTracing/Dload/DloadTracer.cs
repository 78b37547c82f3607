using System.Globalization;
using System.Text;
using System.Text.Json;
using Huatuo.Flow.Options;
using Huatuo.Flow.Tracing;
using Huatuo.Tracers;
using Huatuo.Tracers.Collecting;

namespace Huatuo.AutoTracing.Dload;

/// <summary>The stacks of tasks that wait uninterruptibly when those of a container, or of the host, are many.</summary>
/// <param name="station">What all auto-tracers share.</param>
internal sealed class DloadTracer(AutoTraceStation station) : AutoTracerDefinition(station)
{
    public override string Name => "dload";

    public override string Summary => "Where tasks wait uninterruptibly when many of a container, or of the host, have done so for a while.";

    public override OptionSchema Options => DloadOptions.Keys;

    public override IReadOnlyList<HookRung> Ladder { get; } = [KernelPath.Rung("/proc/loadavg", "mount proc: mount -t proc proc /proc")];

    public override ITracer Create(TracerOptions options, TracerServices services) =>
        Run(new DloadTrace((DloadOptions)options, services), (DloadOptions)options, services);

    public override string FormatText(JsonElement document)
    {
        JsonElement data = document.GetProperty("tracer_data");
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"{TerminalText.Text(document, "observed_timestamp")} dload_avg={data.GetProperty("dload_avg").GetDouble():0.00} load_avg={data.GetProperty("load_avg").GetDouble():0.00} nr_uninterruptible={data.GetProperty("nr_uninterruptible")}");
        if (TerminalText.Text(document, "container_id") is { Length: > 0 } container)
            text.Append(CultureInfo.InvariantCulture, $" container_id={container}");
        if (TerminalText.Text(data, "known_issue") is { Length: > 0 } issue)
            text.Append(CultureInfo.InvariantCulture, $" known_issue={issue}");
        foreach (string line in TerminalText.Lines(data, "stack"))
            text.Append("\n    ").Append(line);
        return text.ToString();
    }
}
