using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;

namespace Huatuo.Profiling.Symbols;

/// <summary>
/// The few parts of a 64-bit little-endian ELF file that symbols need. Everything in it may be wrong: what does not fit
/// into the file is not there.
/// </summary>
internal sealed class ElfFile
{
    /// <summary>A part of the file with a name.</summary>
    internal readonly record struct Section(string Name, uint Type, ulong Address, ulong Offset, ulong Bytes, uint Link, bool IsCompressed);

    internal const uint SymbolTable = 2, DynamicSymbols = 11;
    private const uint NoBits = 8;
    private const int HeaderBytes = 64, SegmentBytes = 56, SectionBytes = 64;
    private const int MostHeaders = 4096, MostSegments = 64, MostHeaderBytes = 4 << 20, MostNameBytes = 1 << 20, LongestSectionName = 64, MostNoteBytes = 64 << 10, MostBuildId = 64;
    private const ulong Compressed = 0x800;
    private const uint Load = 1, Note = 4, Executable = 1, BuildIdNote = 3;

    private readonly ByteSource _bytes;

    private ElfFile(ByteSource bytes) => _bytes = bytes;

    /// <summary>Where its parts are mapped.</summary>
    internal ElfLayout Layout { get; private set; } = new([]);

    internal IReadOnlyList<Section> Sections { get; private set; } = [];

    /// <summary>Its build id in hexadecimal digits; empty without one.</summary>
    internal string BuildId { get; private set; } = "";

    /// <summary>Reads the headers.</summary>
    /// <param name="bytes">The file; stays the caller's.</param>
    /// <param name="elf">What they tell.</param>
    /// <returns>False when it is no such file.</returns>
    internal static bool TryRead(ByteSource bytes, [NotNullWhen(true)] out ElfFile? elf)
    {
        elf = null;
        Span<byte> header = stackalloc byte[HeaderBytes];
        if (!bytes.TryRead(0, header) || !header.StartsWith("\u007fELF\u0002\u0001"u8))
            return false;
        elf = new ElfFile(bytes);
        elf.ReadSegments(U64(header[32..]), U16(header[54..]), U16(header[56..]));
        elf.ReadSections(U64(header[40..]), U16(header[58..]), U16(header[60..]), U16(header[62..]));
        return true;
    }

    /// <summary>All of a section, unless it is larger than a bound, does not fit into the file, or was left out of it, as a separate file does with what is in the other.</summary>
    internal byte[]? Read(Section section, int most) => section.Type == NoBits ? null : _bytes.Read(section.Offset, section.Bytes, most);

    /// <summary>Whether all of a section is in the file.</summary>
    internal bool Has(Section section) => section.Type != NoBits && section.Offset <= (ulong)_bytes.Length && section.Bytes <= (ulong)_bytes.Length - section.Offset;

    /// <summary>Fills a buffer from a place in a section that the file has.</summary>
    /// <returns>False when there are not so many bytes there.</returns>
    internal bool TryRead(Section section, ulong offset, Span<byte> buffer) =>
        offset <= section.Bytes && (ulong)buffer.Length <= section.Bytes - offset && _bytes.TryRead((long)(section.Offset + offset), buffer);

    internal static ushort U16(ReadOnlySpan<byte> at) => BinaryPrimitives.ReadUInt16LittleEndian(at);

    internal static uint U32(ReadOnlySpan<byte> at) => BinaryPrimitives.ReadUInt32LittleEndian(at);

    internal static ulong U64(ReadOnlySpan<byte> at) => BinaryPrimitives.ReadUInt64LittleEndian(at);

    private void ReadSegments(ulong offset, int size, int count)
    {
        if (size < SegmentBytes || _bytes.Read(offset, (ulong)(size * Math.Min(count, MostHeaders)), MostHeaderBytes) is not { } table)
            return;
        List<ElfLayout.Segment> segments = [];
        for (int at = 0; at + size <= table.Length; at += size)
        {
            ReadOnlySpan<byte> entry = table.AsSpan(at, size);
            if (U32(entry) == Load && segments.Count < MostSegments)
                segments.Add(new ElfLayout.Segment(U64(entry[8..]), U64(entry[16..]), U64(entry[32..]), (U32(entry[4..]) & Executable) != 0));
            else if (U32(entry) == Note && BuildId.Length == 0 && _bytes.Read(U64(entry[8..]), U64(entry[32..]), MostNoteBytes) is { } notes)
                BuildId = BuildIdOf(notes);
        }
        Layout = new ElfLayout([.. segments]);
    }

    // struct elf64_note: lengths of name and description, type; both are padded to four bytes.
    private static string BuildIdOf(ReadOnlySpan<byte> notes)
    {
        const int header = 12;
        while (notes.Length >= header)
        {
            ulong name = U32(notes), description = U32(notes[4..]);
            ulong at = header + (name + 3 & ~3UL), next = at + (description + 3 & ~3UL);
            if (at + description > (ulong)notes.Length)
                return "";
            if (U32(notes[8..]) == BuildIdNote && name == 4 && notes[header..].StartsWith("GNU\0"u8) && description is > 1 and <= MostBuildId)
                return Convert.ToHexStringLower(notes.Slice((int)at, (int)description));
            if (next >= (ulong)notes.Length)
                return "";
            notes = notes[(int)next..];
        }
        return "";
    }

    private void ReadSections(ulong offset, int size, int count, int names)
    {
        if (size < SectionBytes || _bytes.Read(offset, (ulong)(size * Math.Min(count, MostHeaders)), MostHeaderBytes) is not { } table || names >= table.Length / size)
            return;
        ReadOnlySpan<byte> own = table.AsSpan(names * size, size);
        byte[] text = _bytes.Read(U64(own[24..]), U64(own[32..]), MostNameBytes) ?? [];
        List<Section> sections = [];
        for (int at = 0; at + size <= table.Length; at += size)
        {
            ReadOnlySpan<byte> entry = table.AsSpan(at, size);
            sections.Add(new Section(System.Text.Encoding.ASCII.GetString(Text(text, U32(entry), LongestSectionName)), U32(entry[4..]), U64(entry[16..]), U64(entry[24..]), U64(entry[32..]), U32(entry[40..]), (U64(entry[8..]) & Compressed) != 0));
        }
        Sections = sections;
    }

    /// <summary>The zero-terminated text at an offset of a string table; empty when it does not end there, or is longer than a bound.</summary>
    internal static ReadOnlySpan<byte> Text(ReadOnlySpan<byte> table, uint offset, int longest)
    {
        if (offset >= table.Length)
            return default;
        ReadOnlySpan<byte> text = table[(int)offset..];
        // Without looking further: many may point at the same long text.
        text = text[..Math.Min(text.Length, longest + 1)];
        int end = text.IndexOf((byte)0);
        return end < 0 ? default : text[..end];
    }
}
