namespace Huatuo.Profiling.Symbols;

/// <summary>
/// The symbols that some distributions leave in a stripped file, as an ELF file in its section .gnu_debugdata, packed by xz:
/// the functions that are not among the dynamic symbols.
/// </summary>
internal static class PackedSymbols
{
    private const int MostPackedBytes = 16 << 20, MostBytes = 64 << 20;

    /// <summary>Its functions and the dynamic ones.</summary>
    /// <param name="elf">The stripped file.</param>
    /// <param name="isUnread">Whether there is such a section that could not be read.</param>
    /// <param name="library">The file name of liblzma.</param>
    internal static FunctionTable Read(ElfFile elf, out bool isUnread, string library = XzDecoder.Library)
    {
        isUnread = false;
        foreach (ElfFile.Section section in elf.Sections)
        {
            if (section.Name != ".gnu_debugdata")
                continue;
            FunctionTable table = elf.Read(section, MostPackedBytes) is { } packed && XzDecoder.Decode(packed, MostBytes, library) is { } bytes
                && ElfFile.TryRead(new MemoryBytes(bytes), out ElfFile? inner) ? ElfFunctions.ReadBoth(inner, elf) : FunctionTable.Empty;
            isUnread = table.Count == 0;
            return table;
        }
        return FunctionTable.Empty;
    }
}
