using System.Text.Json;

namespace Huatuo.Store.Elasticsearch;

/// <summary>What is needed of a document to address it.</summary>
internal static class Envelope
{
    /// <summary>Finds the identifier and the time at the document's top.</summary>
    /// <param name="document">One JSON object.</param>
    /// <param name="id">The text of <c>id</c> as it is in JSON, escapes included.</param>
    /// <param name="timestamp">The text of <c>observed_timestamp</c>, likewise.</param>
    /// <returns>False when one of them is not there.</returns>
    public static bool TryRead(ReadOnlySpan<byte> document, out ReadOnlySpan<byte> id, out ReadOnlySpan<byte> timestamp)
    {
        id = timestamp = default;
        var reader = new Utf8JsonReader(document);
        try
        {
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
                return false;
            while ((id.IsEmpty || timestamp.IsEmpty) && reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                bool isId = reader.ValueTextEquals("id"u8);
                bool isTime = reader.ValueTextEquals("observed_timestamp"u8);
                reader.Read();
                if (reader.TokenType != JsonTokenType.String)
                    reader.Skip();
                else if (isId)
                    id = reader.ValueSpan;
                else if (isTime)
                    timestamp = reader.ValueSpan;
            }
        }
        catch (JsonException)
        {
            return false;
        }
        return !id.IsEmpty && !timestamp.IsEmpty;
    }
}
