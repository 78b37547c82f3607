using System.Text.Json;

namespace Huatuo.Http.Api.Streams;

/// <summary>Reads texts of a document that are not in <c>tracer_data</c>.</summary>
internal static class EnvelopeFields
{
    /// <summary>The texts of fields, empty where there is none.</summary>
    /// <param name="document">One JSON object.</param>
    /// <param name="names">The fields.</param>
    public static string[] Read(ReadOnlySpan<byte> document, IReadOnlyList<string> names)
    {
        string[] values = new string[names.Count];
        Array.Fill(values, "");
        var reader = new Utf8JsonReader(document);
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            int field = -1;
            for (int i = 0; i < names.Count; i++)
                if (reader.ValueTextEquals(names[i]))
                    field = i;
            reader.Read();
            if (field >= 0 && reader.TokenType == JsonTokenType.String)
                values[field] = reader.GetString()!;
            reader.Skip();
        }
        return values;
    }
}
