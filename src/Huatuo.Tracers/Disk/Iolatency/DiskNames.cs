using System.Text;
using Huatuo.Bpf.Maps;

namespace Huatuo.Tracers.Disk.Iolatency;

/// <summary>What the kernel calls the disks.</summary>
internal sealed class DiskNames
{
    /// <summary>OTHER_DISKS of disk_names.h: the disks without room, which together are called <c>other</c>.</summary>
    internal const uint Other = uint.MaxValue;

    private readonly Dictionary<uint, string> _names = new() { [Other] = "other" };

    /// <summary>The name of a disk, <c>vda</c>; its numbers where it was not told.</summary>
    internal string this[uint device] => _names.TryGetValue(device, out string? name) ? name : $"{device >> 20}:{device & 0xfffff}";

    /// <summary>Asks for that of a disk that is new.</summary>
    internal void Learn(uint device, BpfMap<uint, DiskName> names)
    {
        if (!_names.ContainsKey(device) && names.TryGet(device, out DiskName name))
            Add(device, name);
    }

    internal void Add(uint device, DiskName name)
    {
        ReadOnlySpan<byte> text = name.Name;
        int end = text.IndexOf((byte)0);
        _names[device] = Encoding.UTF8.GetString(end >= 0 ? text[..end] : text);
    }
}
