namespace Huatuo.AutoTracing.Iotracing;

/// <summary>Begins to look which files of a disk are read and written.</summary>
internal interface IFileWatches
{
    /// <summary>Begins.</summary>
    /// <param name="stack">The disk, and what lies on it.</param>
    /// <param name="lacking">Why it cannot be done here.</param>
    /// <returns>Null when it cannot be done.</returns>
    IFileWatch? TryStart(BlockStack stack, out string? lacking);
}

/// <summary>A look that is under way until it is disposed of.</summary>
internal interface IFileWatch : IDisposable
{
    /// <summary>Ends it.</summary>
    /// <exception cref="Bpf.BpfException">The kernel refuses.</exception>
    WatchedFiles End();
}

/// <summary>What was seen.</summary>
/// <param name="Files">Each file by the process that used it.</param>
/// <param name="Other">What no file is known of.</param>
/// <param name="Lost">How often there was no room.</param>
internal sealed record WatchedFiles(IReadOnlyList<WatchedFile> Files, IofilesValue Other, long Lost);

/// <summary>A file and a process that used it.</summary>
/// <param name="Pid">The process; of what a thread of the kernel wrote back, the one that wrote last.</param>
/// <param name="Device">Of its file system, as the kernel has it.</param>
/// <param name="Inode">Its number.</param>
/// <param name="Path">Its path within the file system; <c>…</c> stands for what is missing, empty when it is not known.</param>
/// <param name="Value">What was done.</param>
internal readonly record struct WatchedFile(int Pid, uint Device, long Inode, string Path, IofilesValue Value)
{
    /// <summary>Bytes between it and the disk.</summary>
    internal ulong DiskBytes => Value.DiskReadBytes + Value.DiskWrittenBytes;

    /// <summary>Bytes by calls.</summary>
    internal ulong CallBytes => Value.ReadBytes + Value.WrittenBytes;
}
