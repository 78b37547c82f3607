using System.Globalization;
using System.Text;
using System.Text.Json;
using static Huatuo.Tracers.TerminalText;

namespace Huatuo.Tracers.Scheduling.Hungtask;

/// <summary>A hung task for a terminal: one line, its stack, what every CPU runs, then the other blocked tasks.</summary>
internal static class HungtaskText
{
    internal static string Format(JsonElement document)
    {
        JsonElement data = document.GetProperty("tracer_data");
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"{Text(document, "observed_timestamp")} hung {data.GetProperty("tid")}[{Text(data, "comm")}] pid={data.GetProperty("pid")}");
        foreach (string field in (ReadOnlySpan<string>)["hung_task_timeout_secs", "cgroup_path", "container_id"])
            if (data.TryGetProperty(field, out JsonElement value))
                text.Append(CultureInfo.InvariantCulture, $" {field}={Printable(value.ToString())}");
        Append(text, Lines(data, "stack"));
        text.Append("\n  cpus:");
        Append(text, Lines(data, "cpus_stack"));
        string[] blocked = [.. Lines(data, "blocked_processes_stack")];
        if (blocked.Length > 0)
        {
            text.Append("\n  blocked:");
            Append(text, blocked);
        }
        return text.ToString();
    }

    private static void Append(StringBuilder text, IEnumerable<string> lines)
    {
        foreach (string line in lines)
            text.Append("\n    ").Append(line);
    }
}
