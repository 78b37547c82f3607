namespace Huatuo.Profiling.Symbols;

/// <summary>The separate file that holds the symbols of a stripped one.</summary>
internal static class DebugFiles
{
    private const string Folder = "/usr/lib/debug";
    private const int MostLinkBytes = 4096, MostChecked = 256 << 20;

    /// <summary>Its functions: by build id, or by name and checksum, in the process's root, then in this program's own.</summary>
    /// <param name="elf">The stripped file.</param>
    /// <param name="path">Where the process sees it.</param>
    /// <param name="roots">The roots to look in.</param>
    internal static FunctionTable Find(ElfFile elf, string path, IReadOnlyList<string> roots)
    {
        foreach (string root in roots)
        {
            if (elf.BuildId.Length > 2 && Read(root, $"{Folder}/.build-id/{elf.BuildId[..2]}/{elf.BuildId[2..]}.debug", debug => debug.BuildId == elf.BuildId) is { } byId)
                return byId;
            if (Link(elf) is not { } link || Path.GetDirectoryName(path) is not { } folder)
                continue;
            foreach (string candidate in (ReadOnlySpan<string>)[$"{folder}/{link.Name}", $"{folder}/.debug/{link.Name}", $"{Folder}{folder}/{link.Name}"])
                if (candidate != path && Read(root, candidate, debug => elf.BuildId.Length > 0 && debug.BuildId == elf.BuildId, link.Checksum) is { } byName)
                    return byName;
        }
        return FunctionTable.Empty;
    }

    private static FunctionTable? Read(string root, string path, Func<ElfFile, bool> isRight, uint? checksum = null)
    {
        using FileBytes? bytes = RootedFile.Open(root, path);
        if (bytes is null || !ElfFile.TryRead(bytes, out ElfFile? debug) || !(isRight(debug) || (checksum is { } sum && Checksum(bytes) == sum)))
            return null;
        FunctionTable table = ElfFunctions.Read(debug, out bool isWhole);
        return isWhole ? table : null;
    }

    // .gnu_debuglink: a file name, padded with zeros to four bytes, and the CRC-32 of that file.
    private static (string Name, uint Checksum)? Link(ElfFile elf)
    {
        foreach (ElfFile.Section section in elf.Sections)
        {
            if (section.Name != ".gnu_debuglink" || elf.Read(section, MostLinkBytes) is not { Length: >= 8 } link)
                continue;
            string name = System.Text.Encoding.UTF8.GetString(ElfFile.Text(link, 0));
            return name.Length > 0 && !name.Contains('/', StringComparison.Ordinal) ? (name, ElfFile.U32(link.AsSpan(link.Length - 4))) : null;
        }
        return null;
    }

    private static uint? Checksum(FileBytes bytes)
    {
        if (bytes.Length > MostChecked)
            return null;
        var crc = new Crc32();
        byte[] buffer = new byte[64 << 10];
        for (long at = 0; at < bytes.Length; at += buffer.Length)
        {
            Span<byte> part = buffer.AsSpan(0, (int)Math.Min(buffer.Length, bytes.Length - at));
            if (!bytes.TryRead(at, part))
                return null;
            crc.Add(part);
        }
        return crc.Value;
    }
}
