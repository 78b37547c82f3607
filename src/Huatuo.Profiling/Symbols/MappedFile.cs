namespace Huatuo.Profiling.Symbols;

/// <summary>A file that a process has mapped: how addresses in it are reckoned, and how to tell it apart.</summary>
/// <param name="Key">Its build id and length, as one without symbols may have that of one with; else device, inode, length and when it was changed last,
/// as inodes are used again.</param>
/// <param name="Elf">Its headers; null when it is none with symbols.</param>
internal sealed record MappedFile(string Key, ElfFile? Elf)
{
    private const int MostVdsoBytes = 64 << 10;

    /// <summary>Reads the headers.</summary>
    internal static MappedFile Of(ByteSource? bytes, Mapping mapping)
    {
        if (bytes is null || !ElfFile.TryRead(bytes, out ElfFile? elf))
            return new MappedFile("", null);
        return new MappedFile(elf.BuildId.Length > 0 ? $"{elf.BuildId} {bytes.Length}" : $"{mapping.File} {bytes.Length} {bytes.ChangedNs}", elf);
    }

    /// <summary>Opens the very file that is mapped, also when it was deleted or replaced; where that is not allowed, the one of its name.</summary>
    /// <param name="process">The process's folder in proc.</param>
    /// <param name="mapping">What is mapped.</param>
    internal static ByteSource? Open(string process, Mapping mapping)
    {
        if (mapping.Path == Mapping.Vdso)
            return OpenVdso(process, mapping);
        return RootedFile.OpenLink($"{process}/map_files/{mapping.Link}")
            ?? (mapping.Name == mapping.Path ? RootedFile.Open(process + "/root", mapping.Path) : null);
    }

    /// <summary>Opens a file that was seen before: that of the process or, when it is over, the one that this process has by that name.</summary>
    /// <param name="process">The process's folder in proc.</param>
    /// <param name="mapping">What was mapped.</param>
    /// <param name="key">What tells the file apart.</param>
    /// <returns>Null when it is not there any more, or another one is in its place.</returns>
    internal static ByteSource? OpenAgain(string process, Mapping mapping, string key)
    {
        ByteSource? bytes = Open(process, mapping) ?? (mapping.HasFile ? RootedFile.Open("/", mapping.Name) : null);
        if (bytes is null || Of(bytes, mapping).Key == key)
            return bytes;
        bytes.Dispose();
        return null;
    }

    // The kernel's own code in the process is a whole ELF file in memory.
    private static MemoryBytes? OpenVdso(string process, Mapping mapping)
    {
        int length = (int)Math.Min(mapping.End - mapping.Start, MostVdsoBytes);
        try
        {
            using var memory = File.OpenHandle(process + "/mem", share: FileShare.ReadWrite | FileShare.Delete);
            byte[] bytes = new byte[length];
            return RandomAccess.Read(memory, bytes, (long)mapping.Start) == length ? new MemoryBytes(bytes) : null;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            return null;
        }
    }
}
