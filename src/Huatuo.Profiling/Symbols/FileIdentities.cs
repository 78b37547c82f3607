namespace Huatuo.Profiling.Symbols;

/// <summary>
/// Files that were read before: what a process has mapped is asked of the kernel in one call, and only what is new is opened.
/// Used by one thread at a time.
/// </summary>
internal sealed class FileIdentities
{
    private const int Most = 4096;

    private readonly Dictionary<FileStatus, KnownFile> _known = [];

    /// <summary>How many files were opened.</summary>
    internal long Opened { get; private set; }

    /// <summary>The file of a mapping.</summary>
    /// <param name="process">The process's folder in proc.</param>
    /// <param name="mapping">What is mapped.</param>
    /// <returns>Null when it cannot be read now.</returns>
    internal KnownFile? Of(string process, Mapping mapping) =>
        Of(mapping.Path == Mapping.Vdso ? null : FileStatus.Of($"{process}/map_files/{mapping.Link}"), () => MappedFile.Open(process, mapping), mapping);

    /// <summary>The program that a process runs.</summary>
    /// <param name="process">The process's folder in proc.</param>
    /// <returns>Null when it cannot be read now.</returns>
    internal KnownFile? OfProgram(string process)
    {
        string link = process + "/exe";
        return Of(FileStatus.Of(link), () => RootedFile.OpenLink(link), Mapping.None);
    }

    private KnownFile? Of(FileStatus? status, Func<ByteSource?> open, Mapping mapping)
    {
        if (status is { } known && _known.TryGetValue(known, out KnownFile file))
            return file;
        Opened++;
        using ByteSource? bytes = open();
        if (bytes is null)
            return null;
        file = KnownFile.Of(MappedFile.Of(bytes, mapping));
        if (_known.Count >= Most)
            _known.Clear();
        // One that was replaced between the two calls is not noted as the other.
        if (status is { } fresh && fresh.Bytes == bytes.Length && fresh.ChangedNs == bytes.ChangedNs)
            _known[fresh] = file;
        return file;
    }
}
