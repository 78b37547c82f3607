using System.Buffers.Binary;

namespace Huatuo.Store.Spool;

/// <summary>
/// One document in a segment: four bytes to find it by, the length of what follows the header, the CRC-32C of length and
/// content, then the length of the tracer's name in one byte, the name, and the document. Numbers are little endian.
/// </summary>
/// <remarks>The checksum covers the length, so that no run of equal bytes, such as a hole of zeros, is a record.</remarks>
internal static class SpoolRecord
{
    /// <summary>Bytes before the content.</summary>
    public const int HeaderBytes = 12;

    /// <summary>The longest content; a longer length is damage.</summary>
    public const int LongestContent = 64 << 20;

    /// <summary>The longest name of a tracer.</summary>
    public const int LongestName = 255;

    private const int LengthAt = 4;
    private const int ChecksumAt = 8;

    /// <summary>What every record begins with. Not UTF-8, so that it is in no document.</summary>
    public static ReadOnlySpan<byte> Mark => [0xf5, (byte)'H', (byte)'S', 0xf6];

    /// <summary>The bytes of a record.</summary>
    public static int Length(int name, int document) => HeaderBytes + 1 + name + document;

    /// <summary>Writes a record.</summary>
    /// <param name="into">Exactly as long as it will be.</param>
    /// <param name="name">The tracer's name.</param>
    /// <param name="document">The document.</param>
    public static void Write(Span<byte> into, ReadOnlySpan<byte> name, ReadOnlySpan<byte> document)
    {
        Span<byte> content = into[HeaderBytes..];
        content[0] = (byte)name.Length;
        name.CopyTo(content[1..]);
        document.CopyTo(content[(1 + name.Length)..]);
        Mark.CopyTo(into);
        BinaryPrimitives.WriteInt32LittleEndian(into[LengthAt..], content.Length);
        BinaryPrimitives.WriteUInt32LittleEndian(into[ChecksumAt..], Checksum(into[..HeaderBytes], content));
    }

    /// <summary>Whether the bytes may begin a record, and how long that would be.</summary>
    /// <param name="header">At least <see cref="HeaderBytes"/>.</param>
    /// <param name="length">The length with the header.</param>
    public static bool TryLength(ReadOnlySpan<byte> header, out int length)
    {
        length = 0;
        if (!header.StartsWith(Mark))
            return false;
        int content = BinaryPrimitives.ReadInt32LittleEndian(header[LengthAt..]);
        length = content + HeaderBytes;
        return content is > 0 and <= LongestContent;
    }

    /// <summary>Takes a whole record apart.</summary>
    /// <param name="record">As long as <see cref="TryLength"/> told.</param>
    /// <param name="name">The tracer's name.</param>
    /// <param name="document">The document.</param>
    /// <returns>False when it is damaged.</returns>
    public static bool TryRead(ReadOnlySpan<byte> record, out ReadOnlySpan<byte> name, out ReadOnlySpan<byte> document)
    {
        ReadOnlySpan<byte> content = record[HeaderBytes..];
        name = document = default;
        if (BinaryPrimitives.ReadUInt32LittleEndian(record[ChecksumAt..]) != Checksum(record, content) || content[0] >= content.Length)
            return false;
        name = content.Slice(1, content[0]);
        document = content[(1 + content[0])..];
        return true;
    }

    private static uint Checksum(ReadOnlySpan<byte> header, ReadOnlySpan<byte> content) =>
        Crc32C.Append(Crc32C.Append(Crc32C.Start, header.Slice(LengthAt, ChecksumAt - LengthAt)), content);
}
