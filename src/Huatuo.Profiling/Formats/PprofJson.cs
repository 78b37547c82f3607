using System.Globalization;
using System.Text.Json;

namespace Huatuo.Profiling.Formats;

/// <summary>
/// A profile of pprof that is a message, as the JSON of that message: names of fields are those of its <c>profile.proto</c>, 64-bit numbers
/// are text. What stands in a list must stand in one piece in the message.
/// </summary>
internal static class PprofJson
{
    private static readonly Shape s_valueType = new([new(1, "type"), new(2, "unit")]);

    private static readonly Shape s_profile = new(
    [
        new(1, "sampleType", Message: s_valueType, IsList: true),
        new(2, "sample", Message: new([new(1, "locationId", IsList: true), new(2, "value", IsList: true), new(3, "label", Message: new([new(1, "key"), new(2, "str")]), IsList: true)]), IsList: true),
        new(3, "mapping", Message: new([new(1, "id"), new(5, "filename"), new(7, "hasFunctions", FieldKind.Flag)]), IsList: true),
        new(4, "location", Message: new([new(1, "id"), new(2, "mappingId"), new(4, "line", Message: new([new(1, "functionId")]), IsList: true)]), IsList: true),
        new(5, "function", Message: new([new(1, "id"), new(2, "name"), new(3, "systemName"), new(4, "filename")]), IsList: true),
        new(6, "stringTable", FieldKind.Text, IsList: true),
        new(9, "timeNanos"),
        new(10, "durationNanos"),
        new(11, "periodType", Message: s_valueType),
        new(12, "period"),
        new(13, "comment", IsList: true),
    ]);

    /// <summary>Writes one.</summary>
    /// <param name="message">The message.</param>
    /// <param name="json">Where to.</param>
    /// <exception cref="InvalidDataException">It is none.</exception>
    internal static void Write(ReadOnlySpan<byte> message, Utf8JsonWriter json) => Write(s_profile, message, json);

    private static void Write(Shape shape, ReadOnlySpan<byte> message, Utf8JsonWriter json)
    {
        json.WriteStartObject();
        var open = default(Field);
        for (var reader = new ProtoReader(message); reader.TryNext();)
        {
            int number = reader.Field;
            Field field = Array.Find(shape.Fields, known => known.Number == number);
            if (field.Number == 0)
                continue;
            if (open.IsList && open.Number != number)
                json.WriteEndArray();
            if (open.Number != number)
            {
                json.WritePropertyName(field.Name);
                if (field.IsList)
                    json.WriteStartArray();
            }
            open = field;
            WriteValue(field, reader, json);
        }
        if (open.IsList)
            json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteValue(Field field, in ProtoReader reader, Utf8JsonWriter json)
    {
        if (field.Message is { } shape)
            Write(shape, reader.Bytes, json);
        else if (field.Kind == FieldKind.Text)
            json.WriteStringValue(reader.Bytes);
        else if (field.Kind == FieldKind.Flag)
            json.WriteBooleanValue(reader.Number != 0);
        else if (field.IsList)
            WriteList(reader, json);
        else
            WriteNumber(reader.Number, json);
    }

    private static void WriteList(in ProtoReader reader, Utf8JsonWriter json)
    {
        var numbers = new List<ulong>();
        reader.AddTo(numbers);
        foreach (ulong number in numbers)
            WriteNumber(number, json);
    }

    private static void WriteNumber(ulong number, Utf8JsonWriter json) => json.WriteStringValue(((long)number).ToString(CultureInfo.InvariantCulture));

    private enum FieldKind
    {
        Number,
        Flag,
        Text,
    }

    private sealed record Shape(Field[] Fields);

    private readonly record struct Field(int Number, string Name, FieldKind Kind = FieldKind.Number, Shape? Message = null, bool IsList = false);
}
