using System.Buffers.Binary;
using System.Globalization;
using System.Text;

namespace Huatuo.Http.Exposition;

/// <summary>A growing byte buffer that formats text and numbers in place, with a limit.</summary>
internal sealed class PageBuffer
{
    /// <summary>The most that a page may hold; a source that goes past it has gone wrong.</summary>
    public const int MaxLength = 64 << 20;

    /// <summary>Enough for any number: a double takes 24 characters at most.</summary>
    private const int MaxNumber = 32;

    private const int MaxVarint = 10;

    private const int GuidLength = 36;

    /// <summary>28 bits, more than a page can hold.</summary>
    private const int LengthBytes = 4;

    private byte[] _bytes = new byte[16 << 10];

    /// <summary>The bytes written.</summary>
    public int Length { get; private set; }

    /// <summary>The bytes allocated.</summary>
    public int Capacity => _bytes.Length;

    /// <summary>The bytes written, valid until the next change.</summary>
    public ReadOnlyMemory<byte> Written => _bytes.AsMemory(0, Length);

    /// <summary>Goes back to an earlier length.</summary>
    public void Truncate(int length) => Length = Math.Min(length, Length);

    /// <summary>Copies bytes.</summary>
    public void Append(ReadOnlySpan<byte> utf8)
    {
        utf8.CopyTo(Reserve(utf8.Length));
        Length += utf8.Length;
    }

    /// <summary>Transcodes text; half a surrogate pair becomes U+FFFD.</summary>
    public void AppendText(ReadOnlySpan<char> text) =>
        Length += Encoding.UTF8.GetBytes(text, Reserve(Encoding.UTF8.GetMaxByteCount(text.Length)));

    /// <summary>Formats a number, independent of the culture; a double in its shortest form that reads back the same.</summary>
    public void AppendFormatted<T>(T number)
        where T : struct, IUtf8SpanFormattable
    {
        number.TryFormat(Reserve(MaxNumber), out var written, default, CultureInfo.InvariantCulture);
        Length += written;
    }

    /// <summary>Formats an identifier, with hyphens.</summary>
    public void Append(Guid id)
    {
        id.TryFormat(Reserve(GuidLength), out var written);
        Length += written;
    }

    /// <summary>Appends a protobuf field: a number of variable length.</summary>
    public void AppendField(int field, ulong value)
    {
        AppendVarint((ulong)field << 3);
        AppendVarint(value);
    }

    /// <summary>Appends a protobuf field: a number of eight bytes.</summary>
    public void AppendField(int field, double value)
    {
        AppendVarint(((ulong)field << 3) | 1);
        BinaryPrimitives.WriteDoubleLittleEndian(Reserve(sizeof(double)), value);
        Length += sizeof(double);
    }

    /// <summary>Appends a protobuf field: a number of eight bytes.</summary>
    public void AppendFixedField(int field, ulong value)
    {
        AppendVarint(((ulong)field << 3) | 1);
        BinaryPrimitives.WriteUInt64LittleEndian(Reserve(sizeof(ulong)), value);
        Length += sizeof(ulong);
    }

    /// <summary>Appends a number of variable length.</summary>
    public void AppendVarint(ulong value)
    {
        Span<byte> bytes = Reserve(MaxVarint);
        int count = 0;
        for (; value > 0x7f; value >>= 7)
            bytes[count++] = (byte)(value | 0x80);
        bytes[count++] = (byte)value;
        Length += count;
    }

    /// <summary>The number of a signed field: small for small amounts.</summary>
    public static ulong ZigZag(long value) => (ulong)((value << 1) ^ (value >> 63));

    /// <summary>Appends a protobuf field: text.</summary>
    public void AppendField(int field, ReadOnlySpan<char> text)
    {
        int start = BeginField(field);
        AppendText(text);
        EndLength(start);
    }

    /// <summary>Appends a protobuf field: text in UTF-8.</summary>
    public void AppendUtf8Field(int field, ReadOnlySpan<byte> utf8)
    {
        int start = BeginField(field);
        Append(utf8);
        EndLength(start);
    }

    /// <summary>Begins a protobuf field: a message, whose length is filled in by <see cref="EndLength"/>.</summary>
    public int BeginField(int field)
    {
        AppendVarint(((ulong)field << 3) | 2);
        return BeginLength();
    }

    /// <summary>Leaves room for a length.</summary>
    public int BeginLength()
    {
        Reserve(LengthBytes);
        Length += LengthBytes;
        return Length;
    }

    /// <summary>Fills in the length of what was appended since, in as many bytes as were left for it: a longer form of the
    /// same number, which every reader of the format takes.</summary>
    public void EndLength(int start)
    {
        uint length = (uint)(Length - start);
        for (int i = 0; i < LengthBytes; i++)
            _bytes[start - LengthBytes + i] = (byte)(((length >> (7 * i)) & 0x7f) | (i < LengthBytes - 1 ? 0x80u : 0));
    }

    private Span<byte> Reserve(int count)
    {
        if (count > _bytes.Length - Length)
        {
            if (count > MaxLength - Length)
                throw new InvalidOperationException($"the page would exceed {MaxLength} bytes");
            Array.Resize(ref _bytes, Math.Max(Math.Min(_bytes.Length * 2, MaxLength), Length + count));
        }

        return _bytes.AsSpan(Length);
    }
}
