namespace Huatuo.Kernel.Tests.Harness;

/// <summary>A disk over a file in memory, with nothing on it; gone with this.</summary>
internal sealed class BareDisk : IAsyncDisposable
{
    private readonly MemoryFolder _folder = new();

    private BareDisk() => Path = "";

    /// <summary>Such as <c>/dev/loop0</c>.</summary>
    internal string Path { get; private set; }

    /// <summary>Such as <c>loop0</c>.</summary>
    internal string Name => System.IO.Path.GetFileName(Path);

    internal static async Task<BareDisk> MakeAsync(long bytes)
    {
        var disk = new BareDisk();
        try
        {
            string file = disk._folder.File("disk");
            await using (FileStream stream = System.IO.File.Create(file))
                stream.SetLength(bytes);
            if (!Directory.Exists("/sys/module/loop"))
                Command.Run("", "modprobe", "loop");
            disk.Path = Command.Run("", "losetup", "--find", "--show", file).Trim();
            return disk;
        }
        catch
        {
            await disk.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (Path.Length > 0)
            Command.Run("", "losetup", "--detach", Path);
        await _folder.DisposeAsync();
    }
}
