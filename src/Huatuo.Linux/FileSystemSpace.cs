using Huatuo.Linux.Interop;

namespace Huatuo.Linux;

/// <summary>The space and the inodes of a file system.</summary>
/// <param name="SizeBytes">All of it.</param>
/// <param name="FreeBytes">What is free.</param>
/// <param name="AvailableBytes">What users without privileges may take of it.</param>
/// <param name="Files">All inodes; 0 where they are not limited.</param>
/// <param name="FilesFree">Free inodes.</param>
/// <param name="IsReadOnly">Nothing can be written.</param>
public readonly record struct FileSystemSpace(ulong SizeBytes, ulong FreeBytes, ulong AvailableBytes, ulong Files, ulong FilesFree, bool IsReadOnly)
{
    private const ulong ST_RDONLY = 1;

    /// <summary>Asks the file system at a path, which may take for ever.</summary>
    /// <param name="path">A path.</param>
    /// <returns>Null when it refuses or is gone.</returns>
    public static unsafe FileSystemSpace? Ask(string path)
    {
        Libc.FileSystemStatus status;
        return Libc.statvfs(path, &status) != 0
            ? null
            : new FileSystemSpace(
                status.Blocks * status.FragmentBytes, status.BlocksFree * status.FragmentBytes, status.BlocksAvailable * status.FragmentBytes,
                status.Files, status.FilesFree, (status.Flags & ST_RDONLY) != 0);
    }
}
