using System.Globalization;
using System.Text;
using System.Text.Json;
using Huatuo.Tracers;

namespace Huatuo.AutoTracing.Capturing;

/// <summary>A flame graph for a terminal: the functions that took most time themselves.</summary>
internal static class FlameText
{
    private const int Most = 10;

    /// <summary>Lines, each after a line break.</summary>
    internal static string Of(JsonElement data)
    {
        var text = new StringBuilder();
        JsonElement capture = data.GetProperty("capture");
        long samples = capture.GetProperty("samples").GetInt64();
        text.Append(CultureInfo.InvariantCulture, $" samples={samples}");
        if (TerminalText.Text(capture, "error") is { Length: > 0 } error)
            text.Append(CultureInfo.InvariantCulture, $" error={error}");
        var functions = data.GetProperty("flamedata").EnumerateArray()
            .GroupBy(row => TerminalText.Text(row, "label"))
            .Select(group => (Label: group.Key, Self: group.Sum(row => row.GetProperty("self").GetInt64())))
            .Where(function => function.Self > 0)
            .OrderByDescending(function => function.Self)
            .Take(Most);
        foreach ((string label, long self) in functions)
            text.Append(CultureInfo.InvariantCulture, $"\n    {100.0 * self / samples,5:0.0}% {label}");
        return text.ToString();
    }
}
