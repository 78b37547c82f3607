namespace Huatuo.Kernel.Tests.Harness;

/// <summary>A device of the device mapper that is all of a disk, with a file system that is mounted for this program alone.</summary>
internal sealed class MappedDisk : IAsyncDisposable
{
    private const long Bytes = 64 << 20;
    private const int SectorBytes = 512;
    private readonly string _mapping = $"huatuo-{Environment.ProcessId}";
    private readonly BareDisk _disk;
    private bool _isMapped, _isMounted;

    private MappedDisk(BareDisk disk) => _disk = disk;

    /// <summary>The name of the disk, such as <c>loop0</c>.</summary>
    internal string Disk => _disk.Name;

    /// <summary>Such as <c>dm-0</c>.</summary>
    internal string Name => Path.GetFileName(Directory.GetDirectories("/sys/block", "dm-*").Single(device => File.ReadAllText(Path.Combine(device, "dm/name")).Trim() == _mapping));

    /// <summary>The parts of its number.</summary>
    internal (int Major, int Minor) Number => File.ReadAllText($"/sys/block/{Name}/dev").Trim().Split(':') is [var major, var minor] ? (int.Parse(major), int.Parse(minor)) : default;

    /// <summary>Where it is mounted.</summary>
    internal string Folder { get; } = Directory.CreateTempSubdirectory("huatuo-mapped-").FullName;

    /// <summary>Makes it; skips the test on a kernel without the device mapper.</summary>
    internal static async Task<MappedDisk> MakeAsync()
    {
        DisposableMachine.RequireModule("dm-mod");
        var mapped = new MappedDisk(await BareDisk.MakeAsync(Bytes));
        try
        {
            Command.Run("", "dmsetup", "create", "--noudevsync", mapped._mapping, "--table", $"0 {Bytes / SectorBytes} linear {mapped._disk.Path} 0");
            mapped._isMapped = true;
            // The kernel makes it, where udev would make a link to it.
            string device = $"/dev/{mapped.Name}";
            Command.Run("", "mkfs.ext4", "-q", device);
            Command.Run("", "mount", device, mapped.Folder);
            mapped._isMounted = true;
            return mapped;
        }
        catch
        {
            await mapped.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_isMounted)
            Command.Run("", "umount", Folder);
        if (_isMapped)
            Command.Run("", "dmsetup", "remove", "--noudevsync", "--retry", _mapping);
        await _disk.DisposeAsync();
        Directory.Delete(Folder);
    }
}
