using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;
using Huatuo.Bpf;
using Huatuo.Flow.Enrich;
using Huatuo.Flow.Enrich.Drops;
using Huatuo.Flow.Tracing;

namespace Huatuo.Tracers.Network.Dropwatch;

/// <summary>One run of <c>dropwatch</c>: its filters in the kernel, and its records.</summary>
internal sealed class DropwatchRun : IEventTracer
{
    private const int PacketBytes = 120;
    private static readonly DropwatchTrap s_none;
    private readonly DropwatchOptions _options;
    private readonly TracerServices _services;
    private readonly DropReasons _reasons;
    private readonly byte[] _source;
    private DropwatchBpf? _bpf;

    internal DropwatchRun(DropwatchOptions options, TracerServices services)
    {
        _options = options;
        _services = services;
        IReadOnlyList<IReadOnlyDictionary<uint, string>> names = services.Names.Of("skb_drop_reason", "skb_drop_reason_subsys");
        _reasons = new DropReasons(names[0], names[1]);
        _source = Encoding.UTF8.GetBytes(services.Source);
    }

    public BpfObject Open()
    {
        BpfObject opened = BpfImages.Open(DropwatchBpf.ObjectName, _options.Filter);
        _bpf = new DropwatchBpf(opened)
        {
            Protocols = _options.Filter is not null || _options.Protocols.Count == 0 ? uint.MaxValue : _options.Protocols.Aggregate(0u, (mask, protocol) => mask | (uint)protocol),
            Ports = _options.Ports.Count > 0,
            Addresses = _options.Addresses.Count > 0,
            Devices = _options.Devices.Count > 0,
            DevicesExcluded = _options.DevicesExcluded.Count > 0,
            Reasons = _options.Reasons.Count > 0,
        };
        return opened;
    }

    public void Loaded()
    {
        DropwatchBpf bpf = _bpf!;
        if (_options.Devices.Count > 0 && _options.DevicesExcluded.Count > 0)
            throw new ArgumentException("tracers.dropwatch: devices and devices_excluded exclude each other; set one of them");
        if (_options.Filter is not null && _options.Protocols is not ([] or [PacketProtocol.Tcp]))
            throw new ArgumentException("tracers.dropwatch: with filter, protocols is not asked; say which protocols in the filter");
        foreach (ushort port in _options.Ports)
            bpf.PortsMap.Set(NetworkOrder(port), 1);
        foreach (var network in _options.Addresses)
            bpf.AddressesMap.Set(AddressKey.Of(network), 1);
        foreach (string device in _options.Devices.Count > 0 ? _options.Devices : _options.DevicesExcluded)
            bpf.DevicesMap.Set(DeviceKey(device), 1);
        foreach (string reason in _options.Reasons)
            bpf.ReasonsMap.Set(Reason(reason), 1);
    }

    public void Attached() => _services.Drops.Watch(_services.Kernel, _options.SeesAllTcp);

    public void Detached() => _services.Drops.Leave();

    public bool OnRecord(ReadOnlySpan<byte> record, EventOutput output)
    {
        if (record.Length < DropwatchRecord.Size)
            return false;
        ref readonly DropwatchRecord drop = ref MemoryMarshal.AsRef<DropwatchRecord>(record);
        bool hardware = drop.Origin == (byte)DropOrigin.Hardware;
        int size = DropwatchRecord.Size + (hardware ? DropwatchTrap.Size : 0);
        if (record.Length < size || drop.Origin > (byte)DropOrigin.Hardware || drop.PacketBytes > PacketBytes
            || !RecordStack.TryFind(record, size, drop.Header, out ReadOnlySpan<ulong> stack))
            return false;
        if (!hardware && DroppedTcp.TryRead(in drop, out DroppedSegment segment))
            _services.Drops.Note(in segment);
        ref readonly DropwatchTrap trap = ref hardware ? ref MemoryMarshal.AsRef<DropwatchTrap>(record[DropwatchRecord.Size..]) : ref s_none;
        StackText text = _services.Stacks.Find(stack, drop.Location);
        EventWho who = _services.Identity.Resolve(drop.Header, drop.SocketCgroupId);
        output.Emit(drop.Header.MonotonicNs, who.Container, text, new DropwatchEvent(in drop, in trap, who, text, _reasons, _services.Addresses, _source));
        return true;
    }

    // The kernel side compares ports as they stand in the packet.
    private static ushort NetworkOrder(ushort port) =>
        BitConverter.IsLittleEndian ? BinaryPrimitives.ReverseEndianness(port) : port;

    private static NetdevName DeviceKey(string device)
    {
        const int longest = 15;
        var key = default(NetdevName);
        if (device.Length is 0 or > longest || !Encoding.ASCII.TryGetBytes(device, key.Name, out _))
            throw new ArgumentException($"tracers.dropwatch.devices: '{device}' is not the name of a device");
        return key;
    }

    private uint Reason(string name) => _reasons.TryNumber(name, out uint reason)
        ? reason
        : throw new ArgumentException(!_reasons.Names.Any()
            ? "tracers.dropwatch.reasons: this kernel tells no reasons of drops, which came in 5.17; leave the option empty"
            : $"tracers.dropwatch.reasons: this kernel has no reason '{name}'; it has {string.Join(", ", _reasons.Names.Order())}");
}
