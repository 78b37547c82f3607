using Huatuo.Linux;
using Huatuo.Linux.Proc;

namespace Huatuo.AutoTracing.Iotracing;

/// <summary>
/// A disk and what lies on it: its partitions, and the devices that hold one of these (device mapper, software RAID), by
/// <c>/sys/block/DISK/holders</c> (block/holder.c: bd_link_disk_holder).
/// </summary>
/// <param name="Disk">The number of the disk, as the kernel has it.</param>
/// <param name="Above">Those of what lies on it, by name.</param>
internal sealed record BlockStack(uint Disk, IReadOnlyDictionary<string, uint> Above)
{
    // With the disk as many as the kernel side has room for.
    private const int Most = 1023;

    /// <summary>The numbers of the disk and of all on it, as the kernel has them.</summary>
    internal IReadOnlyCollection<uint> Devices => [Disk, .. Above.Values];

    /// <summary>Reads it.</summary>
    /// <param name="roots">Where sys is.</param>
    /// <param name="load">The disk.</param>
    internal static BlockStack Of(SystemRoots roots, DiskLoad load)
    {
        string blocks = Path.Combine(roots.Sys, "block"), disk = Path.Combine(blocks, load.Device.Replace('/', '!'));
        Dictionary<string, uint> above = [];
        Queue<string> open = new(On(blocks, disk));
        while (open.TryDequeue(out string? folder))
            if (above.Count < Most && KernelFile.TryRead(Path.Combine(folder, "dev")) is { } device && above.TryAdd(Path.GetFileName(folder), KernelDevice.Parse(device.TrimEnd('\n'))))
                foreach (string next in On(blocks, folder))
                    open.Enqueue(next);
        return new BlockStack(KernelDevice.Of(load.Major, load.Minor), above);
    }

    private static IEnumerable<string> On(string blocks, string folder) =>
        Entries(folder).Where(below => File.Exists(Path.Combine(below, "partition")))
            .Concat(Entries(Path.Combine(folder, "holders")).Select(holder => Path.Combine(blocks, Path.GetFileName(holder))));

    // None of what is gone by now.
    private static string[] Entries(string folder)
    {
        try
        {
            return Directory.GetDirectories(folder);
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }
}
