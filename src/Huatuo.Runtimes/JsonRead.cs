using System.Text.Json;

namespace Huatuo.Runtimes;

/// <summary>Reads of JSON what is there and of the right kind; all else is as if it were not there.</summary>
internal static class JsonRead
{
    private static readonly JsonDocumentOptions s_options = new() { MaxDepth = 64 };

    /// <exception cref="RuntimeException">It is not JSON.</exception>
    internal static JsonDocument Parse(string what, byte[] body)
    {
        try
        {
            return JsonDocument.Parse(body, s_options);
        }
        catch (JsonException fault)
        {
            throw new RuntimeException($"{what}: the answer is not JSON: {fault.Message}", fault);
        }
    }

    internal static JsonElement Get(this JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out JsonElement value) ? value : default;

    internal static string Text(this JsonElement element, string name) =>
        element.Get(name) is { ValueKind: JsonValueKind.String } value ? value.GetString()! : "";

    internal static bool IsTrue(this JsonElement element, string name) => element.Get(name).ValueKind == JsonValueKind.True;

    internal static IEnumerable<JsonElement> Items(this JsonElement element) =>
        element.ValueKind == JsonValueKind.Array ? element.EnumerateArray() : [];

    /// <summary>The members that are text.</summary>
    internal static IEnumerable<KeyValuePair<string, string>> Texts(this JsonElement element) => element.ValueKind != JsonValueKind.Object
        ? []
        : element.EnumerateObject().Where(one => one.Value.ValueKind == JsonValueKind.String).Select(one => new KeyValuePair<string, string>(one.Name, one.Value.GetString()!));
}
