using System.Globalization;
using System.Text;
using System.Text.Json;
using static Huatuo.Tracers.TerminalText;

namespace Huatuo.Tracers.Scheduling.Softlockup;

/// <summary>A soft lockup for a terminal: one line, its stack, then what every CPU runs.</summary>
internal static class SoftlockupText
{
    internal static string Format(JsonElement document)
    {
        JsonElement data = document.GetProperty("tracer_data");
        JsonElement task = data.TryGetProperty("interrupted", out JsonElement interrupted) ? interrupted : data;
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"{Text(document, "observed_timestamp")} cpu {data.GetProperty("cpu")} stuck");
        if (data.TryGetProperty("stuck_seconds", out JsonElement seconds))
            text.Append(CultureInfo.InvariantCulture, $" for {seconds} s");
        text.Append(CultureInfo.InvariantCulture, $": {task.GetProperty("tid")}[{Text(task, "comm")}] pid={task.GetProperty("pid")} context={Text(data, "context")}");
        foreach (string field in (ReadOnlySpan<string>)["cgroup_path", "container_id"])
            if (Text(data, field) is { Length: > 0 } value)
                text.Append(CultureInfo.InvariantCulture, $" {field}={value}");
        foreach (string line in Lines(data, "stack"))
            text.Append("\n    ").Append(line);
        text.Append("\n  cpus:");
        foreach (string line in Lines(data, "cpus_stack"))
            text.Append("\n    ").Append(line);
        return text.ToString();
    }
}
