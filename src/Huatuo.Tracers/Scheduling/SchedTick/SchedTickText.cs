using System.Globalization;
using System.Text;
using System.Text.Json;
using static Huatuo.Tracers.TerminalText;

namespace Huatuo.Tracers.Scheduling.SchedTick;

/// <summary>A late tick for a terminal: one line, then the stack.</summary>
internal static class SchedTickText
{
    internal static string Format(JsonElement document)
    {
        JsonElement data = document.GetProperty("tracer_data");
        JsonElement task = data.TryGetProperty("interrupted", out JsonElement interrupted) ? interrupted : data;
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"{Text(document, "observed_timestamp")} cpu {data.GetProperty("cpu")} without tick for {Milliseconds(data, "tick_interval_ns")} ms");
        if (data.TryGetProperty("steal_ns", out _))
            text.Append(CultureInfo.InvariantCulture, $", {Milliseconds(data, "steal_ns")} ms of it stolen");
        text.Append(CultureInfo.InvariantCulture, $": {task.GetProperty("tid")}[{Text(task, "comm")}] pid={task.GetProperty("pid")} context={Text(data, "context")}");
        foreach (string field in (ReadOnlySpan<string>)["cgroup_path", "container_id"])
            if (Text(data, field) is { Length: > 0 } value)
                text.Append(CultureInfo.InvariantCulture, $" {field}={value}");
        foreach (string frame in Lines(data, "stack"))
            text.Append("\n    ").Append(frame);
        return text.ToString();
    }

    private static string Milliseconds(JsonElement data, string field) =>
        (data.GetProperty(field).GetUInt64() / 1e6).ToString("0.000", CultureInfo.InvariantCulture);
}
