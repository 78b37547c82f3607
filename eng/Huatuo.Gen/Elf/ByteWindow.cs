using System.Buffers.Binary;
using System.Text;

namespace Huatuo.Gen.Elf;

/// <summary>Little-endian reads inside one part of a file; anything outside is an <see cref="InvalidDataException"/>.</summary>
/// <param name="bytes">The part.</param>
/// <param name="part">What the part is, for the error.</param>
internal readonly ref struct ByteWindow(ReadOnlySpan<byte> bytes, string part)
{
    private readonly ReadOnlySpan<byte> _bytes = bytes;

    public int Length => _bytes.Length;

    public byte U8(ulong offset) => Take(offset, 1)[0];

    public ushort U16(ulong offset) => BinaryPrimitives.ReadUInt16LittleEndian(Take(offset, 2));

    public uint U32(ulong offset) => BinaryPrimitives.ReadUInt32LittleEndian(Take(offset, 4));

    public ulong U64(ulong offset) => BinaryPrimitives.ReadUInt64LittleEndian(Take(offset, 8));

    public ByteWindow Part(ulong offset, ulong length, string name) => new(Take(offset, length), name);

    /// <summary>The NUL-terminated ASCII string at <paramref name="offset"/>.</summary>
    public string Text(ulong offset)
    {
        ReadOnlySpan<byte> rest = Take(offset, offset <= (ulong)Length ? (ulong)Length - offset : 0);
        int end = rest.IndexOf((byte)0);
        if (end < 0 || !Ascii.IsValid(rest[..end]))
            throw new InvalidDataException($"{part}: no string at offset {offset}");
        return Encoding.ASCII.GetString(rest[..end]);
    }

    private ReadOnlySpan<byte> Take(ulong offset, ulong length)
    {
        if (offset > (ulong)_bytes.Length || length > (ulong)_bytes.Length - offset)
            throw new InvalidDataException($"{part}: {length} bytes at offset {offset} are beyond its {_bytes.Length} bytes");
        return _bytes.Slice((int)offset, (int)length);
    }
}
