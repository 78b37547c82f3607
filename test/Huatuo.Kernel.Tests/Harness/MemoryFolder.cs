namespace Huatuo.Kernel.Tests.Harness;

/// <summary>A folder on a tmpfs of its own, mounted for as long.</summary>
internal sealed class MemoryFolder : IAsyncDisposable
{
    private readonly string _path = Directory.CreateTempSubdirectory("huatuo-memory-").FullName;

    internal MemoryFolder() => Command.Run("", "mount", "-t", "tmpfs", "tmpfs", _path);

    /// <summary>The path of a file in it, whose folder is there.</summary>
    internal string File(string name)
    {
        string path = Path.Combine(_path, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        return path;
    }

    /// <summary>The same within the file system.</summary>
    internal static string Inside(string name) => "/" + name;

    public ValueTask DisposeAsync()
    {
        Command.Run("", "umount", _path);
        Directory.Delete(_path);
        return ValueTask.CompletedTask;
    }
}
