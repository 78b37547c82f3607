using System.Text;
using System.Text.Json;

namespace Huatuo.Store.Remote;

/// <summary>What an answer with an error says, short enough for a line of the log.</summary>
internal static class ErrorText
{
    private const int Longest = 300;

    /// <summary>The reason in a content that is JSON as Elasticsearch writes it, else its beginning.</summary>
    public static string Of(ReadOnlySpan<byte> content)
    {
        try
        {
            var reader = new Utf8JsonReader(content);
            if (Find(ref reader) is { Length: > 0 } reason)
                return Shorten(reason);
        }
        catch (JsonException)
        {
            // Not JSON, such as a proxy's page.
        }
        return content.IsEmpty ? "" : Shorten(Encoding.UTF8.GetString(content[..Math.Min(content.Length, Longest)]));
    }

    /// <summary>The type of the error in a content that is JSON as Elasticsearch writes it; empty in any other.</summary>
    public static string TypeOf(ReadOnlySpan<byte> content)
    {
        try
        {
            var reader = new Utf8JsonReader(content);
            return JsonElement.TryParseValue(ref reader, out JsonElement? answer) && answer is { ValueKind: JsonValueKind.Object } whole
                && whole.TryGetProperty("error"u8, out JsonElement error) && error.ValueKind == JsonValueKind.Object
                && error.TryGetProperty("type"u8, out JsonElement type) && type.ValueKind == JsonValueKind.String ? type.GetString()! : "";
        }
        catch (JsonException)
        {
            return "";
        }
    }

    /// <summary>At most some hundred characters, without those that a terminal would act on.</summary>
    public static string Shorten(string text)
    {
        Span<char> plain = stackalloc char[Math.Min(text.Length, Longest)];
        for (int i = 0; i < plain.Length; i++)
            plain[i] = char.IsControl(text[i]) ? ' ' : text[i];
        return text.Length > Longest ? $"{plain} …" : plain.ToString();
    }

    // {"error":{"type":"…","reason":"…"}} or {"error":"…"}.
    private static string? Find(ref Utf8JsonReader reader)
    {
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
            return null;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            bool isError = reader.ValueTextEquals("error"u8);
            reader.Read();
            if (!isError)
                reader.Skip();
            else
                return reader.TokenType == JsonTokenType.String ? reader.GetString() : ErrorObject(ref reader);
        }
        return null;
    }

    /// <summary>Reads an error object: its type and reason, and those of its cause.</summary>
    /// <param name="reader">On the object; afterwards on its end.</param>
    /// <exception cref="JsonException">It is not JSON.</exception>
    public static string ErrorObject(ref Utf8JsonReader reader)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            reader.Skip();
            return "";
        }
        string type = "", reason = "", cause = "";
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            int member = reader.ValueTextEquals("type"u8) ? 1 : reader.ValueTextEquals("reason"u8) ? 2 : reader.ValueTextEquals("caused_by"u8) ? 3 : 0;
            reader.Read();
            if (member == 3)
                cause = ErrorObject(ref reader);
            else if (member == 0 || reader.TokenType != JsonTokenType.String)
                reader.Skip();
            else if (member == 1)
                type = reader.GetString()!;
            else
                reason = reader.GetString()!;
        }
        return $"{type}{(reason.Length > 0 ? ": " + reason : "")}{(cause.Length > 0 ? $" ({cause})" : "")}";
    }
}
