using System.Buffers;
using System.Text.Json;

namespace Huatuo.Http.Api.Streams;

/// <summary>Puts a document into a CloudEvents 1.0 envelope, and that into an event of a stream.</summary>
internal static class CloudEvent
{
    private static readonly string[] Fields = ["id", "hostname", "observed_timestamp", "tracer_name"];

    /// <summary>Writes <c>id:</c> and <c>data:</c>, and the empty line that ends an event.</summary>
    /// <param name="output">Where to.</param>
    /// <param name="document">One JSON object in UTF-8 without a line break.</param>
    public static void Write(IBufferWriter<byte> output, ReadOnlySpan<byte> document)
    {
        string[] values = EnvelopeFields.Read(document, Fields);
        (string id, string hostname, string observed, string tracer) = (values[0], values[1], values[2], values[3]);
        output.Write("id: "u8);
        output.Write(System.Text.Encoding.UTF8.GetBytes(id));
        output.Write("\ndata: "u8);
        using (var json = new Utf8JsonWriter(output))
        {
            json.WriteStartObject();
            json.WriteString("specversion"u8, "1.0"u8);
            json.WriteString("id"u8, id);
            json.WriteString("source"u8, $"/huatuo/{Uri.EscapeDataString(hostname)}/{tracer}");
            json.WriteString("type"u8, "tech.huatuo.kernel.event"u8);
            json.WriteString("datacontenttype"u8, "application/json"u8);
            json.WriteString("time"u8, observed);
            json.WritePropertyName("data"u8);
            json.WriteRawValue(document, skipInputValidation: true);
            json.WriteEndObject();
        }
        output.Write("\n\n"u8);
    }
}
