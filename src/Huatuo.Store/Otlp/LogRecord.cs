using System.Text.Json;
using Huatuo.Linux.Clock;

namespace Huatuo.Store.Otlp;

/// <summary>Writes a document as a <c>LogRecord</c>, <c>logs/v1/logs.proto</c>.</summary>
internal static class LogRecord
{
    private const int TimeField = 1;
    private const int SeverityField = 2;
    private const int SeverityTextField = 3;
    private const int BodyField = 5;
    private const int AttributesField = 6;
    private const int ObservedTimeField = 11;
    private const int EventNameField = 12;
    private const ulong Warning = 13;

    /// <summary>Adds a record.</summary>
    /// <param name="into">The records of a scope.</param>
    /// <param name="field">The scope's field for records.</param>
    /// <param name="tracer">The tracer.</param>
    /// <param name="document">One JSON object.</param>
    /// <returns>Null, or why it cannot be written; nothing was added then.</returns>
    public static string? Add(ProtoBuffer into, int field, string tracer, ReadOnlySpan<byte> document)
    {
        int before = into.Length;
        try
        {
            int record = into.Begin(field);
            var reader = new Utf8JsonReader(document);
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
                throw new JsonException();
            bool hasId = false;
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
                hasId |= Member(into, ref reader);
            if (!hasId)
                throw new JsonException();
            into.Varint(SeverityField, Warning);
            into.Text(SeverityTextField, "WARN"u8);
            into.Text(EventNameField, $"huatuo.{tracer}");
            into.End(record);
            return null;
        }
        catch (Exception fault) when (fault is JsonException or InvalidOperationException)
        {
            into.Truncate(before);
            return "the document is not JSON, or has no id";
        }
    }

    private static bool Member(ProtoBuffer into, ref Utf8JsonReader reader)
    {
        bool isId = reader.ValueTextEquals("id"u8);
        int time = reader.ValueTextEquals("observed_timestamp"u8) ? TimeField : reader.ValueTextEquals("time"u8) ? ObservedTimeField : 0;
        bool isLabels = reader.ValueTextEquals("pod_labels"u8);
        bool isData = reader.ValueTextEquals("tracer_data"u8);
        ReadOnlySpan<byte> key = LogAttributes.OfTop(ref reader);
        reader.Read();
        if (isData && reader.TokenType == JsonTokenType.StartObject)
        {
            LogAttributes.AddData(into, reader);
            AnyValue.Value(into, BodyField, ref reader);
        }
        else if (isLabels && reader.TokenType == JsonTokenType.StartObject)
            LogAttributes.AddLabels(into, ref reader);
        else if (time != 0 && reader.TokenType == JsonTokenType.String && UtcTimestamp.TryParse(reader.ValueSpan, out long nanoseconds))
            into.Fixed64(time, (ulong)nanoseconds);
        else if (!key.IsEmpty && reader.TokenType == JsonTokenType.String)
            AnyValue.Attribute(into, AttributesField, key, ref reader);
        else
            reader.Skip();
        return isId && reader.TokenType == JsonTokenType.String;
    }
}
