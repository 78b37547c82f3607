using System.Text.Json;
using Huatuo.Flow;

namespace Huatuo.Tracers;

/// <summary>What documents hold, made fit for a terminal.</summary>
internal static class TerminalText
{
    /// <summary>A text field; empty when it is absent.</summary>
    internal static string Text(JsonElement element, string field) => Printable(Raw(element, field));

    /// <inheritdoc cref="PrintableText.Of"/>
    internal static string Printable(string text) => PrintableText.Of(text);

    /// <summary>The lines of a text field, such as a stack's frames.</summary>
    internal static IEnumerable<string> Lines(JsonElement element, string field) =>
        Raw(element, field).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(Printable);

    private static string Raw(JsonElement element, string field) =>
        element.TryGetProperty(field, out JsonElement value) && value.ValueKind == JsonValueKind.String ? value.GetString()! : "";
}
