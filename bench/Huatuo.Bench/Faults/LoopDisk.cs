using Huatuo.Bench.Site;

namespace Huatuo.Bench.Faults;

/// <summary>A disk of its own: ext4 on a file.</summary>
internal sealed class LoopDisk : IAsyncDisposable
{
    private readonly string _image;
    private readonly string _ballast;

    private LoopDisk(string image, string path)
    {
        _image = image;
        Path = path;
        _ballast = System.IO.Path.Combine(path, "ballast");
    }

    /// <summary>Where it is mounted.</summary>
    internal string Path { get; }

    /// <summary>Makes and mounts one.</summary>
    internal static async Task<LoopDisk> CreateAsync(BenchRun run, int mib)
    {
        string image = System.IO.Path.Combine(run.Scratch, $"disk-{Guid.NewGuid():n}");
        await using (FileStream file = File.Create(image))
            file.SetLength((long)mib << 20);
        string path = image + ".mounted";
        Directory.CreateDirectory(path);
        var disk = new LoopDisk(image, path);
        try
        {
            await Command.RunAsync(run.Stop, "mkfs.ext4", "-q", "-F", "-m", "0", "-O", "^has_journal", image);
            await Command.RunAsync(run.Stop, "mount", "-o", "loop,errors=remount-ro", image, path);
            return disk;
        }
        catch
        {
            await disk.DisposeAsync();
            throw;
        }
    }

    /// <summary>Takes all the room that is left.</summary>
    internal void Fill()
    {
        byte[] part = new byte[64 << 10];
        using FileStream ballast = new(_ballast, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0);
        for (int length = part.Length; length > 0; length /= 2)
            try
            {
                while (true)
                    ballast.Write(part, 0, length);
            }
            catch (IOException)
            {
                // Full; smaller parts may still fit.
            }
    }

    /// <summary>Gives it back.</summary>
    internal void Empty() => File.Delete(_ballast);

    /// <summary>Has the file system find an error, at which it lets nobody write any more.</summary>
    internal void Break()
    {
        string device = File.ReadLines("/proc/self/mounts").Select(line => line.Split(' ')).Single(mount => mount[1] == Path)[0];
        File.WriteAllText($"/sys/fs/ext4/{System.IO.Path.GetFileName(device)}/trigger_fs_error", "1");
    }

    public async ValueTask DisposeAsync()
    {
        if (File.ReadLines("/proc/self/mounts").Any(line => line.Split(' ')[1] == Path))
            await Command.RunAsync(CancellationToken.None, "umount", Path);
        Directory.Delete(Path);
        File.Delete(_image);
    }
}
