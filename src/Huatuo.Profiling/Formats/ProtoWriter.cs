using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace Huatuo.Profiling.Formats;

/// <summary>Writes one message of Protocol Buffers: fields that are 0 or empty are left out, as proto3 has it.</summary>
internal sealed class ProtoWriter
{
    private readonly ArrayBufferWriter<byte> _bytes = new();

    internal ReadOnlySpan<byte> Written => _bytes.WrittenSpan;

    internal void Number(int field, long value)
    {
        if (value == 0)
            return;
        Varint((ulong)field << 3);
        Varint((ulong)value);
    }

    /// <summary>A number with a fraction.</summary>
    internal void Real(int field, double value)
    {
        if (value == 0)
            return;
        Varint((ulong)field << 3 | 1);
        BinaryPrimitives.WriteDoubleLittleEndian(_bytes.GetSpan(sizeof(double)), value);
        _bytes.Advance(sizeof(double));
    }

    /// <summary>A list of numbers in one piece.</summary>
    internal void Numbers(int field, ReadOnlySpan<long> values)
    {
        var packed = new ProtoWriter();
        foreach (long value in values)
            packed.Varint((ulong)value);
        Bytes(field, packed.Written);
    }

    /// <summary>A text; an empty one too, since lists count it.</summary>
    internal void Text(int field, string text) => Bytes(field, Encoding.UTF8.GetBytes(text));

    internal void Message(int field, ProtoWriter message) => Bytes(field, message.Written);

    private void Bytes(int field, ReadOnlySpan<byte> bytes)
    {
        Varint((ulong)field << 3 | 2);
        Varint((ulong)bytes.Length);
        _bytes.Write(bytes);
    }

    private void Varint(ulong value)
    {
        const int longest = 10;
        Span<byte> bytes = _bytes.GetSpan(longest);
        int length = 0;
        for (; value >= 0x80; value >>= 7)
            bytes[length++] = (byte)(value | 0x80);
        bytes[length++] = (byte)value;
        _bytes.Advance(length);
    }
}
