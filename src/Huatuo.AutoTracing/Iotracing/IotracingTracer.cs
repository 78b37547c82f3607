using System.Globalization;
using System.Text;
using System.Text.Json;
using Huatuo.Flow.Options;
using Huatuo.Flow.Tracing;
using Huatuo.Tracers;
using Huatuo.Tracers.Collecting;

namespace Huatuo.AutoTracing.Iotracing;

/// <summary>Who reads and writes when a disk is at its limit, and who waits for it.</summary>
/// <param name="station">What all auto-tracers share.</param>
internal sealed class IotracingTracer(AutoTraceStation station) : AutoTracerDefinition(station)
{
    public override string Name => "iotracing";

    public override string Summary => "Who reads and writes, and who waits, when a disk is at its limit or slow.";

    public override OptionSchema Options => IotracingOptions.Keys;

    public override IReadOnlyList<HookRung> Ladder { get; } = [KernelPath.Rung("/proc/diskstats", "needs a kernel built with CONFIG_BLOCK")];

    public override ITracer Create(TracerOptions options, TracerServices services) =>
        Run(new IotracingTrace((IotracingOptions)options, services, Station.Files, Station.Flames), (IotracingOptions)options, services);

    public override string FormatText(JsonElement document)
    {
        JsonElement data = document.GetProperty("tracer_data");
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"{TerminalText.Text(document, "observed_timestamp")} {TerminalText.Text(data.GetProperty("reason_snapshot"), "summary")}");
        foreach (JsonElement process in data.GetProperty("process_file_io_stats").EnumerateArray())
        {
            text.Append(CultureInfo.InvariantCulture, $"\n    {process.GetProperty("pid")}[{TerminalText.Text(process, "comm")}] disk_read_bps={process.GetProperty("total_disk_read_bps").GetDouble():0} disk_write_bps={process.GetProperty("total_disk_write_bps").GetDouble():0}");
            foreach (JsonElement file in process.GetProperty("total_files").EnumerateArray())
                text.Append(CultureInfo.InvariantCulture, $"\n        {TerminalText.Text(file, "path")}{Rate(file, "disk_read_bps")}{Rate(file, "disk_write_bps")}{Microseconds(file, "max_q2c_us")}");
        }
        foreach (JsonElement wait in data.GetProperty("io_schedule_timeout_stacks").EnumerateArray())
        {
            text.Append(CultureInfo.InvariantCulture, $"\n    {wait.GetProperty("tid")}[{TerminalText.Text(wait, "comm")}] waits {wait.GetProperty("schedule_latency_us")}us");
            foreach (JsonElement frame in wait.GetProperty("stack").EnumerateArray())
                text.Append("\n        ").Append(TerminalText.Printable(frame.GetString()!));
        }
        return text.ToString();
    }

    private static string Rate(JsonElement file, string field) =>
        file.TryGetProperty(field, out JsonElement rate) && rate.GetDouble() > 0 ? string.Create(CultureInfo.InvariantCulture, $" {field}={rate.GetDouble():0}") : "";

    private static string Microseconds(JsonElement file, string field) => file.TryGetProperty(field, out JsonElement time) ? $" {field}={time.GetRawText()}" : "";
}
