using System.Text;
using Huatuo.Bpf.Maps;

namespace Huatuo.Tracers.Disk.Iolatency;

/// <summary>What the kernel calls the disks.</summary>
internal sealed class DiskNames
{
    /// <summary>OTHER_DISKS of iolatency.bpf.c: the disks without room, which together are called <c>other</c>.</summary>
    internal const uint Other = uint.MaxValue;

    private readonly Dictionary<uint, string> _names = new() { [Other] = "other" };

    /// <summary>The name of a disk, <c>vda</c>; its numbers where it was not told.</summary>
    internal string this[uint device] => _names.TryGetValue(device, out string? name) ? name : $"{device >> 20}:{device & 0xfffff}";

    /// <summary>Asks for those that are new.</summary>
    internal void Learn(ReadOnlySpan<DiskKey> disks, BpfMap<uint, DiskName> names)
    {
        foreach (DiskKey disk in disks)
            if (!_names.ContainsKey(disk.Device) && names.TryGet(disk.Device, out DiskName name))
                Add(disk.Device, name);
    }

    internal void Add(uint device, DiskName name)
    {
        ReadOnlySpan<byte> text = name.Name;
        int end = text.IndexOf((byte)0);
        _names[device] = Encoding.UTF8.GetString(end >= 0 ? text[..end] : text);
    }
}
