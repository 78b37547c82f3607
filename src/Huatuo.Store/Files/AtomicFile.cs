using Microsoft.Win32.SafeHandles;

namespace Huatuo.Store.Files;

/// <summary>Writes small files so that a reader, and whoever comes after a crash, finds the old content or the new one, whole.</summary>
public static class AtomicFile
{
    /// <summary>Writes a file in place of what is there.</summary>
    /// <param name="path">The file; its folder must be there.</param>
    /// <param name="content">All of it.</param>
    /// <param name="mode">Its mode.</param>
    /// <exception cref="IOException">It cannot be written; what was there is as it was.</exception>
    /// <exception cref="UnauthorizedAccessException">The same for want of permission.</exception>
    public static void Write(string path, ReadOnlySpan<byte> content, UnixFileMode mode)
    {
        string full = Path.GetFullPath(path);
        string next = $"{full}.{Path.GetRandomFileName()}.new";
        try
        {
            using (var file = new FileStream(next, new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, UnixCreateMode = mode }))
            {
                file.Write(content);
                file.Flush(flushToDisk: true);
            }
            File.Move(next, full, overwrite: true);
        }
        catch
        {
            File.Delete(next);
            throw;
        }
        SyncFolder(Path.GetDirectoryName(full)!);
    }

    // Without it a crash of the machine may bring the old name back; the content is whole either way.
    private static void SyncFolder(string folder)
    {
        int number = Libc.Open(folder, Libc.O_RDONLY | Libc.O_CLOEXEC, 0);
        if (number < 0)
            return;
        using var handle = new SafeFileHandle(number, ownsHandle: true);
        _ = Libc.Sync(handle);
    }
}
