using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Huatuo.Http.Tests.Exposition;

/// <summary>Protobuf's wire format as text: <c>1:5</c> a number, <c>1=0.5</c> a double, <c>1"x"</c> text, <c>1{…}</c> a message.</summary>
internal static class ProtoText
{
    /// <summary>Messages behind their lengths, one on each line.</summary>
    /// <param name="bytes">The messages.</param>
    /// <param name="isMessage">Tells of a path of field numbers, such as 4.7.12, whether it is a message.</param>
    public static string OfDelimited(ReadOnlySpan<byte> bytes, Func<string, bool> isMessage)
    {
        var lines = new List<string>();
        while (!bytes.IsEmpty)
        {
            int length = (int)Varint(ref bytes);
            lines.Add(Of(bytes[..length], isMessage, ""));
            bytes = bytes[length..];
        }
        return string.Join('\n', lines);
    }

    /// <summary>Reads a number of variable length and goes past it.</summary>
    public static ulong Varint(ref ReadOnlySpan<byte> bytes)
    {
        ulong value = 0;
        for (int shift = 0; ; shift += 7)
        {
            byte next = bytes[0];
            bytes = bytes[1..];
            value |= (ulong)(next & 0x7f) << shift;
            if (next < 0x80)
                return value;
        }
    }

    /// <summary>One message.</summary>
    /// <inheritdoc cref="OfDelimited"/>
    public static string Of(ReadOnlySpan<byte> bytes, Func<string, bool> isMessage, string path = "")
    {
        var text = new StringBuilder();
        while (!bytes.IsEmpty)
        {
            ulong tag = Varint(ref bytes);
            string field = (tag >> 3).ToString(CultureInfo.InvariantCulture);
            string here = path.Length == 0 ? field : $"{path}.{field}";
            text.Append(text.Length > 0 ? " " : "").Append(field);
            switch (tag & 7)
            {
                case 0:
                    text.Append(CultureInfo.InvariantCulture, $":{Varint(ref bytes)}");
                    break;
                case 1:
                    text.Append(CultureInfo.InvariantCulture, $"={BinaryPrimitives.ReadDoubleLittleEndian(bytes)}");
                    bytes = bytes[sizeof(double)..];
                    break;
                case 2:
                    int length = (int)Varint(ref bytes);
                    text.Append(isMessage(here) ? $"{{{Of(bytes[..length], isMessage, here)}}}" : JsonSerializer.Serialize(Encoding.UTF8.GetString(bytes[..length]), Relaxed));
                    bytes = bytes[length..];
                    break;
                default:
                    throw new InvalidDataException($"field {here} has wire type {tag & 7}");
            }
        }
        return text.ToString();
    }

    private static readonly JsonSerializerOptions Relaxed = new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
}
