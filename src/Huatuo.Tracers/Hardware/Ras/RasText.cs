using System.Text;
using System.Text.Json;
using static Huatuo.Tracers.TerminalText;

namespace Huatuo.Tracers.Hardware.Ras;

/// <summary>A hardware error for a terminal: one line.</summary>
internal static class RasText
{
    internal static string Format(JsonElement document)
    {
        JsonElement data = document.GetProperty("tracer_data");
        var text = new StringBuilder($"{Text(document, "observed_timestamp")} {Text(data, "event")} {Text(data, "type")} dev=\"{Text(data, "dev")}\"");
        foreach (JsonProperty detail in data.GetProperty("info").EnumerateObject())
        {
            string value = Printable(detail.Value.ToString());
            text.Append(' ').Append(detail.Name).Append('=').Append(value.Contains(' ', StringComparison.Ordinal) ? $"\"{value}\"" : value);
        }
        return text.ToString();
    }
}
