using System.Globalization;
using System.Text.Json;
using Huatuo.Tracers;

namespace Huatuo.AutoTracing.Capturing;

/// <summary>An unusual value and its flame graph for a terminal.</summary>
internal static class UnusualText
{
    /// <summary>A line, and the functions that took most time.</summary>
    /// <param name="document">The document.</param>
    /// <param name="value">The value's field.</param>
    /// <param name="of">What it is of.</param>
    internal static string Of(JsonElement document, string value, string of)
    {
        JsonElement data = document.GetProperty("tracer_data");
        return string.Create(CultureInfo.InvariantCulture, $"{TerminalText.Text(document, "observed_timestamp")} {of}{value}={data.GetProperty(value).GetDouble():0.#} usual={data.GetProperty(value + "_usual").GetDouble():0.#} {TerminalText.Text(data, "reason")}{FlameText.Of(data)}");
    }
}
