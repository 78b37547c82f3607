using System.Buffers.Binary;
using System.Text;

namespace Huatuo.Store.Otlp;

/// <summary>Protobuf's encoding in one growing array.</summary>
/// <remarks>The length of a message is written in four bytes, also when it is short: a longer form of the same number, which every
/// reader takes, so that what follows need not be moved.</remarks>
internal sealed class ProtoBuffer
{
    private const int LengthBytes = 4;
    private const int LongestVarint = 10;
    private const int KeptBytes = 4 << 20;

    private byte[] _bytes = new byte[4096];

    /// <summary>Bytes written.</summary>
    public int Length { get; private set; }

    /// <summary>What was written.</summary>
    public ReadOnlySpan<byte> Written => _bytes.AsSpan(0, Length);

    /// <summary>Goes back to an earlier length.</summary>
    public void Truncate(int length)
    {
        Length = length;
        if (length == 0 && _bytes.Length > KeptBytes)
            _bytes = new byte[4096];
    }

    /// <summary>A number of variable length.</summary>
    public void Varint(int field, ulong value)
    {
        Varint(((ulong)field << 3) | 0);
        Varint(value);
    }

    /// <summary>A number of eight bytes.</summary>
    public void Fixed64(int field, ulong value)
    {
        Varint(((ulong)field << 3) | 1);
        BinaryPrimitives.WriteUInt64LittleEndian(Room(sizeof(ulong)), value);
        Length += sizeof(ulong);
    }

    /// <summary>A list of numbers of variable length in one piece.</summary>
    public void Packed(int field, scoped ReadOnlySpan<long> values)
    {
        int list = Begin(field);
        foreach (long value in values)
            Varint((ulong)value);
        End(list);
    }

    /// <summary>A text in UTF-8, or bytes.</summary>
    public void Text(int field, ReadOnlySpan<byte> utf8)
    {
        Varint(((ulong)field << 3) | 2);
        Varint((ulong)utf8.Length);
        utf8.CopyTo(Room(utf8.Length));
        Length += utf8.Length;
    }

    /// <summary>A text.</summary>
    public void Text(int field, string text) => Text(field, Encoding.UTF8.GetBytes(text));

    /// <summary>Starts a message.</summary>
    /// <returns>For <see cref="End"/>.</returns>
    public int Begin(int field)
    {
        Varint(((ulong)field << 3) | 2);
        Room(LengthBytes);
        Length += LengthBytes;
        return Length;
    }

    /// <summary>Ends a message.</summary>
    public void End(int start)
    {
        uint length = (uint)(Length - start);
        for (int i = 0; i < LengthBytes; i++)
            _bytes[start - LengthBytes + i] = (byte)(((length >> (7 * i)) & 0x7f) | (i < LengthBytes - 1 ? 0x80u : 0));
    }

    private void Varint(ulong value)
    {
        Span<byte> room = Room(LongestVarint);
        int count = 0;
        for (; value > 0x7f; value >>= 7)
            room[count++] = (byte)(value | 0x80);
        room[count++] = (byte)value;
        Length += count;
    }

    private Span<byte> Room(int bytes)
    {
        if (_bytes.Length - Length < bytes)
            Array.Resize(ref _bytes, Math.Max(_bytes.Length * 2, Length + bytes));
        return _bytes.AsSpan(Length);
    }
}
