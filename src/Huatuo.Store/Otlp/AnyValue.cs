using System.Buffers;
using System.Text.Json;

namespace Huatuo.Store.Otlp;

/// <summary>Writes JSON as OpenTelemetry's <c>AnyValue</c>, <c>common/v1/common.proto</c>.</summary>
internal static class AnyValue
{
    private const int StringField = 1;
    private const int BooleanField = 2;
    private const int IntegerField = 3;
    private const int DoubleField = 4;
    private const int ArrayField = 5;
    private const int MembersField = 6;
    private const int ValuesField = 1;
    private const int KeyField = 1;
    private const int ValueField = 2;

    /// <summary>An attribute with a text.</summary>
    public static void Attribute(ProtoBuffer into, int field, scoped ReadOnlySpan<byte> key, scoped ReadOnlySpan<byte> text)
    {
        int attribute = into.Begin(field);
        into.Text(KeyField, key);
        Value(into, ValueField, text);
        into.End(attribute);
    }

    /// <summary>A text as a value.</summary>
    public static void Value(ProtoBuffer into, int field, scoped ReadOnlySpan<byte> text)
    {
        int value = into.Begin(field);
        into.Text(StringField, text);
        into.End(value);
    }

    /// <summary>An attribute with the value that a reader stands on.</summary>
    /// <exception cref="JsonException">It is not JSON.</exception>
    public static void Attribute(ProtoBuffer into, int field, scoped ReadOnlySpan<byte> key, ref Utf8JsonReader reader)
    {
        int attribute = into.Begin(field);
        into.Text(KeyField, key);
        Value(into, ValueField, ref reader);
        into.End(attribute);
    }

    /// <summary>The value that a reader stands on, which afterwards is on its last token.</summary>
    /// <exception cref="JsonException">It is not JSON.</exception>
    public static void Value(ProtoBuffer into, int field, ref Utf8JsonReader reader)
    {
        int value = into.Begin(field);
        switch (reader.TokenType)
        {
            case JsonTokenType.String:
                Text(into, StringField, ref reader);
                break;
            case JsonTokenType.True or JsonTokenType.False:
                into.Varint(BooleanField, reader.TokenType == JsonTokenType.True ? 1u : 0u);
                break;
            case JsonTokenType.Number when reader.TryGetInt64(out long number):
                into.Varint(IntegerField, (ulong)number);
                break;
            // A whole number beyond 63 bits would lose digits.
            case JsonTokenType.Number when reader.ValueSpan.IndexOfAnyExceptInRange((byte)'0', (byte)'9') < 0 || !reader.TryGetDouble(out double _):
                into.Text(StringField, reader.ValueSpan);
                break;
            case JsonTokenType.Number:
                into.Fixed64(DoubleField, BitConverter.DoubleToUInt64Bits(reader.GetDouble()));
                break;
            case JsonTokenType.StartArray:
                int values = into.Begin(ArrayField);
                while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
                    Value(into, ValuesField, ref reader);
                into.End(values);
                break;
            case JsonTokenType.StartObject:
                int members = into.Begin(MembersField);
                while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
                    Member(into, ref reader);
                into.End(members);
                break;
        }
        into.End(value);
    }

    /// <summary>A text without the escapes of JSON.</summary>
    public static void Text(ProtoBuffer into, int field, ref Utf8JsonReader reader)
    {
        if (!reader.ValueIsEscaped)
        {
            into.Text(field, reader.ValueSpan);
            return;
        }
        byte[] plain = ArrayPool<byte>.Shared.Rent(reader.ValueSpan.Length);
        into.Text(field, plain.AsSpan(0, reader.CopyString(plain)));
        ArrayPool<byte>.Shared.Return(plain);
    }

    private static void Member(ProtoBuffer into, ref Utf8JsonReader reader)
    {
        int member = into.Begin(ValuesField);
        Text(into, KeyField, ref reader);
        reader.Read();
        Value(into, ValueField, ref reader);
        into.End(member);
    }
}
