using System.Globalization;
using System.Text;
using System.Text.Json;
using Huatuo.Flow.Options;
using Huatuo.Flow.Tracing;
using Huatuo.Tracers;
using Huatuo.Tracers.Collecting;

namespace Huatuo.AutoTracing.Memburst;

/// <summary>The largest processes when anonymous memory has suddenly grown to most of the machine's.</summary>
/// <param name="station">What all auto-tracers share.</param>
internal sealed class MemburstTracer(AutoTraceStation station) : AutoTracerDefinition(station)
{
    public override string Name => "memburst";

    public override string Summary => "The largest processes when anonymous memory has suddenly grown to most of the machine's.";

    public override OptionSchema Options => MemburstOptions.Keys;

    public override IReadOnlyList<HookRung> Ladder { get; } = [KernelPath.Rung("/proc/meminfo", "mount proc: mount -t proc proc /proc")];

    public override ITracer Create(TracerOptions options, TracerServices services) =>
        Run(new MemburstTrace((MemburstOptions)options, services), (MemburstOptions)options, services);

    public override string FormatText(JsonElement document)
    {
        JsonElement data = document.GetProperty("tracer_data");
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"{TerminalText.Text(document, "observed_timestamp")} anon_bytes={data.GetProperty("anon_bytes")} anon_before_bytes={data.GetProperty("anon_before_bytes")} memory_total_bytes={data.GetProperty("memory_total_bytes")}");
        foreach (JsonElement process in data.GetProperty("top_memory_usage").EnumerateArray())
            text.Append(CultureInfo.InvariantCulture, $"\n    {process.GetProperty("MemSize")} {process.GetProperty("PID")}[{TerminalText.Text(process, "ProcessName")}]");
        return text.ToString();
    }
}
