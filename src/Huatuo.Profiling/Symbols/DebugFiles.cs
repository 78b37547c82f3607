namespace Huatuo.Profiling.Symbols;

/// <summary>The separate file that holds the symbols of a stripped one, and its call frame information for debuggers.</summary>
internal static class DebugFiles
{
    private const string Folder = "/usr/lib/debug";
    private const int MostLinkBytes = 4096, MostChecked = 256 << 20;

    /// <summary>Its functions: by build id, or by name and checksum, in the process's root, then in this program's own.</summary>
    /// <param name="elf">The stripped file.</param>
    /// <param name="path">Where the process sees it.</param>
    /// <param name="roots">The roots to look in.</param>
    internal static FunctionTable Functions(ElfFile elf, string path, IReadOnlyList<string> roots) => Find(elf, path, roots, (debug, distance) =>
    {
        FunctionTable table = ElfFunctions.Read(debug, out bool isWhole, distance);
        return isWhole ? table : null;
    }) ?? FunctionTable.Empty;

    /// <summary>What is wanted of it.</summary>
    /// <typeparam name="T">What that is.</typeparam>
    /// <param name="elf">The stripped file.</param>
    /// <param name="path">Where the process sees it.</param>
    /// <param name="roots">The roots to look in.</param>
    /// <param name="read">Reads it, given what is to be added to an address of the separate file; null when it is not there.</param>
    /// <returns>Null when no separate file has it.</returns>
    internal static T? Find<T>(ElfFile elf, string path, IReadOnlyList<string> roots, Func<ElfFile, ulong, T?> read)
        where T : class
    {
        foreach (string root in roots)
        {
            if (elf.BuildId.Length > 2 && Read(elf, root, $"{Folder}/.build-id/{elf.BuildId[..2]}/{elf.BuildId[2..]}.debug", null, read) is { } byId)
                return byId;
            if (Link(elf) is not { } link || Path.GetDirectoryName(path) is not { } folder)
                continue;
            foreach (string candidate in (ReadOnlySpan<string>)[$"{folder}/{link.Name}", $"{folder}/.debug/{link.Name}", $"{Folder}{folder}/{link.Name}"])
                if (candidate != path && Read(elf, root, candidate, link.Checksum, read) is { } byName)
                    return byName;
        }
        return null;
    }

    private static T? Read<T>(ElfFile elf, string root, string path, uint? checksum, Func<ElfFile, ulong, T?> read)
        where T : class
    {
        using FileBytes? bytes = RootedFile.Open(root, path);
        if (bytes is null || !ElfFile.TryRead(bytes, out ElfFile? debug))
            return null;
        bool isRight = elf.BuildId.Length > 0 && debug.BuildId == elf.BuildId;
        // All of the file is read for a checksum: only when what is wanted is there.
        return (isRight || checksum is not null) && read(debug, Distance(elf, debug)) is { } found && (isRight || Checksum(bytes) == checksum) ? found : null;
    }

    // A program may have been moved (prelinked) after its separate file was made.
    private static ulong Distance(ElfFile elf, ElfFile debug) => CodeOf(elf) is { } here && CodeOf(debug) is { } there ? here - there : 0;

    private static ulong? CodeOf(ElfFile elf)
    {
        foreach (ElfLayout.Segment segment in elf.Layout.Segments)
            if (segment.IsCode)
                return segment.Address;
        return null;
    }

    // .gnu_debuglink: a file name, padded with zeros to four bytes, and the CRC-32 of that file.
    private static (string Name, uint Checksum)? Link(ElfFile elf)
    {
        foreach (ElfFile.Section section in elf.Sections)
        {
            if (section.Name != ".gnu_debuglink" || elf.Read(section, MostLinkBytes) is not { Length: >= 8 } link)
                continue;
            string name = System.Text.Encoding.UTF8.GetString(ElfFile.Text(link, 0, MostLinkBytes));
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
