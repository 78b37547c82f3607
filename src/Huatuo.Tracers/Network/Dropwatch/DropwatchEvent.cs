using Huatuo.Flow.Documents;
using Huatuo.Flow.Enrich;
using Huatuo.Tracers.Network.Packets;

namespace Huatuo.Tracers.Network.Dropwatch;

/// <summary>One dropped packet, over the record it came in.</summary>
internal readonly ref struct DropwatchEvent : IEventFields
{
    private const ushort FamilyIpv4 = 2, FamilyIpv6 = 10;
    private const byte ProtocolTcp = 6;

    private readonly ref readonly DropwatchRecord _record;
    private readonly ref readonly DropwatchTrap _trap;
    private readonly EventWho _who;
    private readonly StackText _stack;
    private readonly DropReasons _reasons;
    private readonly ReverseDns _names;
    private readonly ReadOnlySpan<byte> _source;

    internal DropwatchEvent(ref readonly DropwatchRecord record, ref readonly DropwatchTrap trap, in EventWho who, StackText stack, DropReasons reasons, ReverseDns names, ReadOnlySpan<byte> source)
    {
        _record = ref record;
        _trap = ref trap;
        _who = who;
        _stack = stack;
        _reasons = reasons;
        _names = names;
        _source = source;
    }

    public void Write<TWriter>(ref TWriter writer)
        where TWriter : IFieldWriter, allows ref struct
    {
        ref readonly DropwatchRecord drop = ref _record;
        var layers = new PacketLayers(drop.EthernetProtocol, ((ReadOnlySpan<byte>)drop.Mac)[..Math.Min((int)drop.MacBytes, 16)], ((ReadOnlySpan<byte>)drop.Packet)[..drop.PacketBytes]);
        writer.Text("type"u8, Type(drop, layers.Protocol));
        WriteReason(ref writer);
        writer.Text("source"u8, _source);
        _who.Write(ref writer);
        WriteDevice(ref writer);
        writer.Hex("packet_skb_addr"u8, drop.SkbAddress);
        writer.Hex("packet_eth_proto"u8, drop.EthernetProtocol);
        writer.Number("packet_len_bytes"u8, (ulong)drop.SkbLength);
        bool socketIsTcp = drop.SocketProtocol == ProtocolTcp && drop.SocketFamily is FamilyIpv4 or FamilyIpv6 && drop.SocketState != 0;
        layers.Write(ref writer, socketIsTcp ? TcpStates.Name(drop.SocketState) : default);
        WriteName(ref writer, "saddr_name"u8, layers.Source);
        WriteName(ref writer, "daddr_name"u8, layers.Destination);
        writer.JsonText("stack"u8, _stack.Literal);
    }

    private static ReadOnlySpan<byte> Type(in DropwatchRecord drop, byte protocol) => drop.EthernetProtocol switch
    {
        0x0806 => "arp"u8,
        _ => (protocol != 0 ? protocol : (byte)drop.SocketProtocol) switch
        {
            ProtocolTcp => "tcp"u8,
            17 => "udp"u8,
            1 => "icmp"u8,
            58 => "icmpv6"u8,
            _ => "other"u8,
        },
    };

    private void WriteReason<TWriter>(ref TWriter writer)
        where TWriter : IFieldWriter, allows ref struct
    {
        bool hardware = _record.Origin == (byte)DropOrigin.Hardware;
        writer.Text("drop_source"u8, hardware ? "hardware"u8 : "software"u8);
        writer.Text("drop_reason"u8, hardware ? EventWho.ZeroTerminated(_trap.Name) : _reasons.Name(_record.Reason));
        if ((hardware ? EventWho.ZeroTerminated(_trap.Group) : _reasons.Group(_record.Reason)) is { IsEmpty: false } group)
            writer.Text("drop_reason_group"u8, group);
        if (!hardware)
            writer.Hex("drop_location"u8, _record.Location);
    }

    private void WriteDevice<TWriter>(ref TWriter writer)
        where TWriter : IFieldWriter, allows ref struct
    {
        var link = (DropLink)_record.NetdevLink;
        if ((link & DropLink.Known) == 0)
            return;
        writer.Text("netdev_name"u8, EventWho.ZeroTerminated(_record.NetdevName));
        writer.Number("netdev_ifindex"u8, (ulong)_record.NetdevIfindex);
        writer.Number("netdev_queue_mapping"u8, (ulong)_record.QueueMapping);
        writer.BeginArray("netdev_linkstatus"u8);
        writer.Element((link & DropLink.AdminUp) != 0 ? "linkstatus_adminup"u8 : "linkstatus_admindown"u8);
        writer.Element((link & DropLink.CarrierUp) != 0 ? "linkstatus_carrierup"u8 : "linkstatus_carrierdown"u8);
        writer.EndArray();
    }

    private void WriteName<TWriter>(ref TWriter writer, ReadOnlySpan<byte> field, ReadOnlySpan<byte> address)
        where TWriter : IFieldWriter, allows ref struct
    {
        if (!address.IsEmpty && _names.TryGet(address, out ReadOnlySpan<byte> name))
            writer.Text(field, name);
    }
}
