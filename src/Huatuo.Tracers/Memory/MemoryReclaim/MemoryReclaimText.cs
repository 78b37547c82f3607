using System.Globalization;
using System.Text;
using System.Text.Json;
using static Huatuo.Tracers.TerminalText;

namespace Huatuo.Tracers.Memory.MemoryReclaim;

/// <summary>A reclaim for a terminal: one line, then the stack.</summary>
internal static class MemoryReclaimText
{
    internal static string Format(JsonElement document)
    {
        JsonElement data = document.GetProperty("tracer_data");
        var text = new StringBuilder();
        double milliseconds = data.GetProperty("reclaim_duration_ns").GetUInt64() / 1e6;
        text.Append(CultureInfo.InvariantCulture, $"{Text(document, "observed_timestamp")} {Text(data, "scope")} reclaim blocked {data.GetProperty("tid")}[{Text(data, "comm")}] for {milliseconds:0.000} ms");
        text.Append(CultureInfo.InvariantCulture, $" pid={data.GetProperty("pid")} reclaimed_pages={data.GetProperty("reclaimed_pages")}");
        foreach (string field in (ReadOnlySpan<string>)["cgroup_path", "container_id"])
            if (Text(data, field) is { Length: > 0 } value)
                text.Append(CultureInfo.InvariantCulture, $" {field}={value}");
        foreach (string frame in Lines(data, "stack"))
            text.Append("\n    ").Append(frame);
        return text.ToString();
    }
}
