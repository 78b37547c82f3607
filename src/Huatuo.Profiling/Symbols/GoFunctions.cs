namespace Huatuo.Profiling.Symbols;

/// <summary>
/// The functions of a Go program by the table that its own runtime needs, and that stripping leaves: <c>pclntab</c> as Go writes it
/// since 1.18 (<c>pcHeader</c> in runtime/symtab.go).
/// </summary>
internal static class GoFunctions
{
    private const uint Since118 = 0xfffffff0, Since120 = 0xfffffff1;
    private const int HeaderBytes = 72, EntryBytes = 8, FunctionBytes = 8;
    private const int MostTableBytes = 128 << 20;

    // What linkers round the end of a section up by.
    private const ulong Rounding = 64;

    /// <summary>Reads them; empty when the file has no such table, or it cannot be said where the functions lie.</summary>
    internal static FunctionTable Read(ElfFile elf)
    {
        foreach (ElfFile.Section section in elf.Sections)
            if (section.Name is ".gopclntab" or ".data.rel.ro.gopclntab" && elf.Read(section, MostTableBytes) is { Length: > HeaderBytes } table)
                return Read(elf, table);
        return FunctionTable.Empty;
    }

    private static FunctionTable Read(ElfFile elf, ReadOnlySpan<byte> table)
    {
        ulong count = ElfFile.U64(table[8..]), names = ElfFile.U64(table[32..]), functions = ElfFile.U64(table[64..]);
        if (ElfFile.U32(table) is not (Since118 or Since120) || table[7] != sizeof(ulong) || names >= (ulong)table.Length || functions >= (ulong)table.Length)
            return FunctionTable.Empty;
        // Pairs of where a function begins and where it is described, by address; behind them the end of the last one.
        ReadOnlySpan<byte> pairs = table[(int)functions..];
        if (pairs.Length < sizeof(uint) || count > (ulong)(pairs.Length - sizeof(uint)) / EntryBytes
            || !TryText(elf, ElfFile.U64(table[24..]), ElfFile.U32(pairs[((int)count * EntryBytes)..]), out ulong text))
            return FunctionTable.Empty;
        var list = new FunctionList();
        for (int at = 0; at < (int)count * EntryBytes; at += EntryBytes)
        {
            uint start = ElfFile.U32(pairs[at..]), described = ElfFile.U32(pairs[(at + sizeof(uint))..]), end = ElfFile.U32(pairs[(at + EntryBytes)..]);
            if (end <= start || described > (ulong)(pairs.Length - FunctionBytes))
                continue;
            uint name = ElfFile.U32(pairs[((int)described + sizeof(uint))..]);
            if (!list.TryAdd(text + start, end - start, 0, ElfFile.Text(table[(int)names..], name, FunctionList.LongestName)))
                break;
        }
        return list.Table();
    }

    /// <summary>
    /// The address that functions are counted from. The table tells it, unless the loader writes it there, or a newer Go leaves it out:
    /// then it is the beginning of the code, where that has nothing but what the table tells of.
    /// </summary>
    private static bool TryText(ElfFile elf, ulong told, uint length, out ulong text)
    {
        text = told;
        if (told != 0)
            return elf.Layout.Segments.Any(segment => told >= segment.Address && length <= segment.Bytes && told - segment.Address <= segment.Bytes - length);
        foreach (ElfFile.Section section in elf.Sections)
            if (section.Name == ".text" && section.Bytes >= length && section.Bytes - length < Rounding)
                return elf.Layout.TryAddress(section.Offset, out text);
        return false;
    }
}
