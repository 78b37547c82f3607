using System.Globalization;
using System.Text.Json;

namespace Huatuo.Flow.Options;

/// <summary>Configuration as JSON: the same tree, and alike for the schemas.</summary>
public static class ConfigJson
{
    /// <summary>The tree of a JSON value.</summary>
    /// <param name="json">The value; all its texts are Unicode.</param>
    /// <param name="source">Where it comes from, for messages.</param>
    public static ConfigNode Read(JsonElement json, string source)
    {
        var position = new Position(source, 0, 0);
        return json.ValueKind switch
        {
            JsonValueKind.Object => new ConfigMapping(position, [.. json.EnumerateObject().Select(member => new ConfigEntry(member.Name, position, Read(member.Value, source)))]),
            JsonValueKind.Array => new ConfigSequence(position, [.. json.EnumerateArray().Select(item => Read(item, source))]),
            JsonValueKind.String => new ConfigScalar(position, json.GetString()!, isQuoted: true),
            JsonValueKind.Null => new ConfigScalar(position, ""),
            _ => new ConfigScalar(position, json.GetRawText()),
        };
    }

    /// <summary>Writes a tree as a JSON value.</summary>
    public static void Write(Utf8JsonWriter json, ConfigNode node)
    {
        switch (node)
        {
            case ConfigMapping mapping:
                json.WriteStartObject();
                foreach (ConfigEntry entry in mapping.Entries)
                {
                    json.WritePropertyName(entry.Key);
                    Write(json, entry.Value);
                }
                json.WriteEndObject();
                break;
            case ConfigSequence sequence:
                json.WriteStartArray();
                foreach (ConfigNode item in sequence.Items)
                    Write(json, item);
                json.WriteEndArray();
                break;
            case ConfigScalar { IsNull: true }:
                json.WriteNullValue();
                break;
            case ConfigScalar { IsQuoted: false, Text: "true" or "false" } scalar:
                json.WriteBooleanValue(scalar.Text == "true");
                break;
            // 007 is no number of JSON.
            case ConfigScalar { IsQuoted: false } scalar when decimal.TryParse(scalar.Text, CultureInfo.InvariantCulture, out decimal number) && number.ToString(CultureInfo.InvariantCulture) == scalar.Text:
                json.WriteNumberValue(number);
                break;
            case ConfigScalar scalar:
                json.WriteStringValue(scalar.Text);
                break;
        }
    }
}
