namespace Huatuo.EndToEnd.Tests.Machine;

/// <summary>A file system in memory that is soon full; unmounted when disposed.</summary>
internal sealed class SmallDisk : IDisposable
{
    private readonly string _ballast;

    public SmallDisk(int kib)
    {
        Path = Directory.CreateTempSubdirectory("huatuo-disk-").FullName;
        _ballast = System.IO.Path.Combine(Path, "ballast");
        Command.Run("mount", "-t", "tmpfs", "-o", $"size={kib}k,mode=0750", "huatuo-e2e", Path);
    }

    public string Path { get; }

    /// <summary>Occupies space.</summary>
    public void Load(int kib) => File.WriteAllBytes(_ballast, new byte[kib << 10]);

    /// <summary>Frees it.</summary>
    public void Unload() => File.Delete(_ballast);

    public void Dispose()
    {
        Command.Run("umount", "-l", Path);
        Directory.Delete(Path);
    }
}
