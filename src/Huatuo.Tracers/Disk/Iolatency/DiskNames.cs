using System.Text;
using Huatuo.Bpf.Maps;
using Huatuo.Tracers.Collecting;

namespace Huatuo.Tracers.Disk.Iolatency;

/// <summary>What the disks of a page are called: no two the same.</summary>
/// <param name="sysRoot">Where sysfs is mounted.</param>
internal sealed class DiskNames(string sysRoot)
{
    /// <summary>OTHER_DISKS of disk_names.h: the disks without room, which together are called <c>other</c>.</summary>
    internal const uint Other = uint.MaxValue;

    // What the kernel side told when it first saw a number.
    private readonly Dictionary<uint, string> _first = [];
    private readonly Dictionary<uint, string> _names = new() { [Other] = "other" };
    private readonly HashSet<string> _live = [];
    private readonly List<uint> _gone = [];

    /// <summary>The name of a disk, <c>vda</c>; its numbers where none is known that no other has.</summary>
    internal string this[uint device] => _names.TryGetValue(device, out string? name) ? name : Number(device);

    /// <summary>A disk is in the page.</summary>
    internal void Note(uint device, BpfMap<uint, DiskName> names)
    {
        if (!_first.ContainsKey(device) && names.TryGet(device, out DiskName name))
            Add(device, name);
    }

    /// <summary>The kernel side told the name of a disk.</summary>
    internal void Add(uint device, DiskName name)
    {
        ReadOnlySpan<byte> text = name.Name;
        int end = text.IndexOf((byte)0);
        _first[device] = Encoding.UTF8.GetString(end >= 0 ? text[..end] : text);
    }

    /// <summary>Asks what the disks are called now. One that is gone keeps its name until another one has it.</summary>
    internal void Update()
    {
        _names.Clear();
        _names[Other] = "other";
        _live.Clear();
        _gone.Clear();
        foreach (uint device in _first.Keys)
        {
            if (LiveDisk.NameOf(sysRoot, Number(device)) is not { } live)
                _gone.Add(device);
            else if (_live.Add(live))
                _names[device] = live;
        }
        foreach (uint device in _gone)
            if (_live.Add(_first[device]))
                _names[device] = _first[device];
    }

    private static string Number(uint device) => $"{device >> 20}:{device & 0xfffff}";
}
