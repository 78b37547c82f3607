using System.Text.Json;

namespace Huatuo.Store.Search;

/// <summary>Values of documents as text.</summary>
internal static class JsonValue
{
    /// <summary>Copies a value without its escapes; as it stands when one of them is no character.</summary>
    /// <param name="reader">At a string or a number.</param>
    /// <param name="destination">At least as long as the value stands in the document.</param>
    /// <returns>How much was copied.</returns>
    public static int Copy(ref Utf8JsonReader reader, Span<byte> destination)
    {
        try
        {
            if (reader.ValueIsEscaped)
                return reader.CopyString(destination);
        }
        catch (InvalidOperationException)
        {
        }
        reader.ValueSpan.CopyTo(destination);
        return reader.ValueSpan.Length;
    }
}
