using System.Globalization;

namespace Huatuo.Kernel.Tests.Harness;

/// <summary>A disk of 64 MiB in memory, with a file system that is mounted for this program alone.</summary>
internal sealed class LoopDisk : IDisposable
{
    private const long Bytes = 64 << 20;
    private readonly string _memory = Directory.CreateTempSubdirectory("huatuo-memory-").FullName;
    private readonly string _device;

    internal LoopDisk()
    {
        Folder = Directory.CreateTempSubdirectory("huatuo-disk-").FullName;
        Command.Run("", "mount", "-t", "tmpfs", "tmpfs", _memory);
        string image = Path.Combine(_memory, "image");
        using (FileStream file = File.Create(image))
            file.SetLength(Bytes);
        if (!Directory.Exists("/sys/module/loop"))
            Command.Run("", "modprobe", "loop");
        _device = Command.Run("", "losetup", "--find", "--show", image).Trim();
        Command.Run("", "mkfs.ext4", "-q", _device);
        Command.Run("", "mount", _device, Folder);
    }

    /// <summary>Where it is mounted.</summary>
    internal string Folder { get; }

    /// <summary>Its name, such as <c>loop0</c>.</summary>
    internal string Name => Path.GetFileName(_device);

    /// <summary>The second part of its number; the first is 7.</summary>
    internal int Minor => int.Parse(Name["loop".Length..], CultureInfo.InvariantCulture);

    public void Dispose()
    {
        Command.Run("", "umount", Folder);
        Command.Run("", "losetup", "--detach", _device);
        Command.Run("", "umount", _memory);
        Directory.Delete(Folder);
        Directory.Delete(_memory);
    }
}
