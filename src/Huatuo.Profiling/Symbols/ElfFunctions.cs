namespace Huatuo.Profiling.Symbols;

/// <summary>The functions that an ELF file names.</summary>
internal static class ElfFunctions
{
    private const int EntryBytes = 24;
    private const int MostTableBytes = 128 << 20, MostTextBytes = 384 << 20;
    private const int LongestName = 4096;
    private const int Function = 2, IndirectFunction = 10;

    /// <summary>Those of the symbol table; of a file without one those that Go's runtime knows, or else the dynamic symbols.</summary>
    /// <param name="elf">The file.</param>
    /// <param name="isWhole">Whether it had a symbol table.</param>
    /// <param name="distance">What is added to the addresses of that.</param>
    internal static FunctionTable Read(ElfFile elf, out bool isWhole, ulong distance = 0)
    {
        FunctionTable table = Read(elf, ElfFile.SymbolTable, distance);
        isWhole = table.Count > 0;
        if (!isWhole)
            table = GoFunctions.Read(elf);
        return table.Count > 0 ? table : Read(elf, ElfFile.DynamicSymbols, 0);
    }

    /// <summary>Those of the symbol table of one file, and the dynamic ones of another; none when the first has none.</summary>
    internal static FunctionTable ReadBoth(ElfFile whole, ElfFile dynamic)
    {
        List<FunctionTable.Entry> entries = [];
        byte[] text = Collect(whole, ElfFile.SymbolTable, entries, 0);
        if (entries.Count == 0)
            return FunctionTable.Empty;
        byte[] more = Collect(dynamic, ElfFile.DynamicSymbols, entries, text.Length);
        return FunctionTable.Of(entries, (byte[])[.. text, .. more]);
    }

    private static FunctionTable Read(ElfFile elf, uint type, ulong distance)
    {
        List<FunctionTable.Entry> entries = [];
        byte[] text = Collect(elf, type, entries, 0, distance);
        return entries.Count > 0 ? FunctionTable.Of(entries, text) : FunctionTable.Empty;
    }

    // Gives the text that the names lie in; their offsets are reckoned from a place before it.
    private static byte[] Collect(ElfFile elf, uint type, List<FunctionTable.Entry> entries, int before, ulong distance = 0)
    {
        foreach (ElfFile.Section section in elf.Sections)
        {
            if (section.Type != type || section.Link >= elf.Sections.Count
                || elf.Read(section, MostTableBytes) is not { } symbols || elf.Read(elf.Sections[(int)section.Link], MostTextBytes) is not { } text)
                continue;
            for (int at = 0; at + EntryBytes <= symbols.Length; at += EntryBytes)
                Add(entries, symbols.AsSpan(at, EntryBytes), text, before, distance);
            return text;
        }
        return [];
    }

    // struct elf64_sym: name, info, other, section, value, size.
    private static void Add(List<FunctionTable.Entry> entries, ReadOnlySpan<byte> symbol, ReadOnlySpan<byte> text, int before, ulong distance)
    {
        int type = symbol[4] & 15, binding = symbol[4] >> 4;
        uint name = ElfFile.U32(symbol);
        ulong value = ElfFile.U64(symbol[8..]);
        if (type is not (Function or IndirectFunction) || ElfFile.U16(symbol[6..]) == 0 || value == 0)
            return;
        int length = ElfFile.Text(text, name).Length;
        if (length is > 0 and <= LongestName)
            // Global names before weak ones before local ones.
            entries.Add(new FunctionTable.Entry(value + distance, ElfFile.U64(symbol[16..]), binding switch { 1 => 0, 2 => 1, _ => 2 }, before + (int)name, length));
    }
}
