using System.Buffers.Binary;
using System.Text;

namespace Huatuo.Bpf.Filters;

/// <summary>
/// Writes over functions in the image of a compiled object, before libbpf sees it. A function keeps its size, so that symbols,
/// relocations and BTF go on fitting.
/// </summary>
internal static class FunctionPatch
{
    private const int SectionHeaderBytes = 64, SymbolBytes = 24;
    private const uint SymbolTable = 2;
    private const int Function = 2;
    private const ulong ClearResult = 0xb7, SkipIfClear = 0x15, Nothing = 0x05;

    /// <summary>Writes a body over its function.</summary>
    /// <param name="image">A relocatable 64-bit little-endian ELF image, which is changed.</param>
    /// <param name="body">The body.</param>
    /// <exception cref="ArgumentException">The image has no such function, or the function is too small.</exception>
    internal static void Apply(Span<byte> image, FunctionBody body)
    {
        Span<byte> place = Find(image, Encoding.ASCII.GetBytes(body.Function));
        if (place.IsEmpty)
            throw new ArgumentException($"the object has no function '{body.Function}'");
        int spare = place.Length / sizeof(ulong) - body.Instructions.Count;
        if (spare < 0)
            throw new ArgumentException($"{body.Function} has room for {place.Length / sizeof(ulong)} instructions, not for {body.Instructions.Count}");
        int at = 0;
        // What is left over is jumped over, by a condition that the verifier knows to hold: it removes all of it at once (5.1).
        const int jump = 2;
        if (spare >= jump)
        {
            Write(place, at++, ClearResult);
            Write(place, at++, SkipIfClear | (ulong)(ushort)checked((short)(spare - jump)) << 16);
        }
        while (at < spare)
            Write(place, at++, spare >= jump ? ClearResult : Nothing);
        foreach (ulong instruction in body.Instructions)
            Write(place, at++, instruction);
    }

    private static void Write(Span<byte> place, int at, ulong instruction) =>
        BinaryPrimitives.WriteUInt64LittleEndian(place[(at * sizeof(ulong))..], instruction);

    private static Span<byte> Find(Span<byte> image, ReadOnlySpan<byte> name)
    {
        int headers = (int)U64(image, 0x28);
        int count = BinaryPrimitives.ReadUInt16LittleEndian(image[0x3c..]);
        for (int i = 0; i < count; i++)
        {
            Span<byte> table = image[(headers + i * SectionHeaderBytes)..];
            if (U32(table, 4) != SymbolTable)
                continue;
            Span<byte> symbols = Section(image, headers, i);
            Span<byte> names = Section(image, headers, (int)U32(table, 0x28));
            for (; symbols.Length >= SymbolBytes; symbols = symbols[SymbolBytes..])
            {
                Span<byte> text = names[(int)U32(symbols, 0)..];
                if ((symbols[4] & 15) != Function || !text[..text.IndexOf((byte)0)].SequenceEqual(name))
                    continue;
                int home = BinaryPrimitives.ReadUInt16LittleEndian(symbols[6..]);
                return Section(image, headers, home).Slice((int)U64(symbols, 8), (int)U64(symbols, 16));
            }
        }
        return default;
    }

    private static Span<byte> Section(Span<byte> image, int headers, int index)
    {
        Span<byte> header = image[(headers + index * SectionHeaderBytes)..];
        return image.Slice((int)U64(header, 0x18), (int)U64(header, 0x20));
    }

    private static uint U32(ReadOnlySpan<byte> bytes, int at) => BinaryPrimitives.ReadUInt32LittleEndian(bytes[at..]);

    private static ulong U64(ReadOnlySpan<byte> bytes, int at) => BinaryPrimitives.ReadUInt64LittleEndian(bytes[at..]);
}
