using System.Text.Json;
using static Huatuo.Tracers.TerminalText;

namespace Huatuo.Tracers.Memory.Oom;

/// <summary>An OOM kill for a terminal: one line.</summary>
internal static class OomText
{
    internal static string Format(JsonElement document)
    {
        JsonElement data = document.GetProperty("tracer_data");
        return Printable($"{document.GetProperty("observed_timestamp").GetString()} scope={data.GetProperty("scope").GetString()} "
            + $"trigger={Side(data.GetProperty("trigger"))} victim={Side(data.GetProperty("victim"))}");
    }

    private static string Side(JsonElement side)
    {
        string text = $"{Value(side, "pid")}[{Value(side, "comm")}]";
        if (!side.TryGetProperty("cgroup", out JsonElement cgroup))
            return text;
        return $"{text} cgroup={Value(cgroup, "path")} current={Value(cgroup, "current")} max={Value(cgroup, "max")}";
    }

    private static string Value(JsonElement element, string field) =>
        element.TryGetProperty(field, out JsonElement value) ? value.ToString() : "?";
}
