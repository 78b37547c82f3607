namespace Huatuo.Profiling.Symbols;

/// <summary>The functions that an ELF file names.</summary>
internal static class ElfFunctions
{
    private const int EntryBytes = 24, EntriesAtOnce = 4096;
    private const int MostTableBytes = 256 << 20;
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
        var functions = new FunctionList();
        Collect(whole, ElfFile.SymbolTable, functions, 0);
        if (functions.Count == 0)
            return FunctionTable.Empty;
        Collect(dynamic, ElfFile.DynamicSymbols, functions, 0);
        return functions.Table();
    }

    private static FunctionTable Read(ElfFile elf, uint type, ulong distance)
    {
        var functions = new FunctionList();
        Collect(elf, type, functions, distance);
        return functions.Count > 0 ? functions.Table() : FunctionTable.Empty;
    }

    private static void Collect(ElfFile elf, uint type, FunctionList functions, ulong distance)
    {
        foreach (ElfFile.Section section in elf.Sections)
        {
            if (section.Type != type || section.Link >= elf.Sections.Count || section.Bytes > MostTableBytes || !elf.Has(section) || !elf.Has(elf.Sections[(int)section.Link]))
                continue;
            List<Symbol> symbols = Symbols(elf, section);
            symbols.Sort(static (a, b) => a.Name.CompareTo(b.Name));
            var texts = new ElfTexts(elf, elf.Sections[(int)section.Link], FunctionList.LongestName);
            foreach (Symbol symbol in symbols)
                if (!functions.TryAdd(symbol.Start + distance, symbol.Bytes, symbol.Rank, texts.At(symbol.Name)))
                    return;
            return;
        }
    }

    private static List<Symbol> Symbols(ElfFile elf, ElfFile.Section section)
    {
        List<Symbol> symbols = [];
        byte[] part = new byte[(int)Math.Min(section.Bytes, EntriesAtOnce * EntryBytes)];
        for (ulong at = 0; at + EntryBytes <= section.Bytes && symbols.Count < FunctionList.Most; at += (ulong)part.Length)
        {
            Span<byte> some = part.AsSpan(0, (int)Math.Min((ulong)part.Length, section.Bytes - at));
            if (!elf.TryRead(section, at, some))
                break;
            for (; some.Length >= EntryBytes; some = some[EntryBytes..])
                if (Symbol.TryRead(some) is { } symbol)
                    symbols.Add(symbol);
        }
        return symbols;
    }

    private readonly record struct Symbol(ulong Start, ulong Bytes, uint Name, int Rank)
    {
        // struct elf64_sym: name, info, other, section, value, size.
        internal static Symbol? TryRead(ReadOnlySpan<byte> entry)
        {
            int type = entry[4] & 15, binding = entry[4] >> 4;
            ulong start = ElfFile.U64(entry[8..]);
            if (type is not (Function or IndirectFunction) || ElfFile.U16(entry[6..]) == 0 || start == 0)
                return null;
            // Global names before weak ones before local ones.
            return new Symbol(start, ElfFile.U64(entry[16..]), ElfFile.U32(entry), binding switch { 1 => 0, 2 => 1, _ => 2 });
        }
    }
}
