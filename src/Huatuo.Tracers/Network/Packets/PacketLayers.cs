using System.Buffers.Binary;
using Huatuo.Flow.Documents;

namespace Huatuo.Tracers.Network.Packets;

/// <summary>
/// The headers of one packet as far as its captured bytes go: a header that is cut off or contradicts itself ends the
/// list, it is never guessed.
/// </summary>
internal readonly ref struct PacketLayers
{
    private const ushort TypeIpv4 = 0x0800;
    private const ushort TypeArp = 0x0806;
    private const ushort TypeIpv6 = 0x86dd;
    private const byte Icmp = 1, Tcp = 6, Udp = 17, Icmpv6 = 58;

    private readonly ReadOnlySpan<byte> _ethernet;
    private readonly ReadOnlySpan<byte> _network;
    private readonly ReadOnlySpan<byte> _transport;
    private readonly ushort _type;

    /// <param name="type">The Ethernet protocol in host order.</param>
    /// <param name="ethernet">The Ethernet header, or nothing.</param>
    /// <param name="packet">The bytes from the network header on.</param>
    internal PacketLayers(ushort type, ReadOnlySpan<byte> ethernet, ReadOnlySpan<byte> packet)
    {
        const int ethernetHeader = 14;
        _type = type;
        _ethernet = ethernet.Length >= ethernetHeader ? ethernet[..ethernetHeader] : default;
        Protocol = 0;
        switch (type)
        {
            case TypeIpv4 when packet.Length >= 20 && packet[0] >> 4 == 4 && (packet[0] & 15) >= 5:
                _network = packet;
                Protocol = packet[9];
                bool first = (BinaryPrimitives.ReadUInt16BigEndian(packet[6..]) & 0x1fff) == 0;
                _transport = first ? From(packet, (packet[0] & 15) * 4) : default;
                break;
            case TypeIpv6 when packet.Length >= 40 && packet[0] >> 4 == 6:
                _network = packet;
                (Protocol, int offset) = SkipExtensions(packet);
                _transport = offset > 0 ? From(packet, offset) : default;
                break;
            case TypeArp when packet.Length >= 28:
                _network = packet;
                break;
        }
    }

    /// <summary>The transport protocol's number; 0 when there is none.</summary>
    internal byte Protocol { get; }

    /// <summary>The transport header and what follows; nothing when it is not there.</summary>
    internal ReadOnlySpan<byte> Transport => _transport;

    /// <summary>The source address, 4 or 16 bytes; nothing when the packet has none.</summary>
    internal ReadOnlySpan<byte> Source => _network.IsEmpty ? default : _type switch
    {
        TypeIpv4 => _network.Slice(12, 4),
        TypeIpv6 => _network.Slice(8, 16),
        _ => _network.Slice(14, 4),
    };

    /// <summary>The destination address.</summary>
    internal ReadOnlySpan<byte> Destination => _network.IsEmpty ? default : _type switch
    {
        TypeIpv4 => _network.Slice(16, 4),
        TypeIpv6 => _network.Slice(24, 16),
        _ => _network.Slice(24, 4),
    };

    /// <summary>A short name: <c>IPv4/TCP</c>.</summary>
    internal ReadOnlySpan<byte> Label => (_network.IsEmpty ? (ushort)0 : _type, _transport.IsEmpty ? (byte)0 : Protocol) switch
    {
        (TypeIpv4, Tcp) => "IPv4/TCP"u8,
        (TypeIpv4, Udp) => "IPv4/UDP"u8,
        (TypeIpv4, Icmp) => "IPv4/ICMP"u8,
        (TypeIpv4, _) => "IPv4"u8,
        (TypeIpv6, Tcp) => "IPv6/TCP"u8,
        (TypeIpv6, Udp) => "IPv6/UDP"u8,
        (TypeIpv6, Icmpv6) => "IPv6/ICMPv6"u8,
        (TypeIpv6, _) => "IPv6"u8,
        (TypeArp, _) => "ARP"u8,
        _ => "unknown"u8,
    };

    /// <summary>Writes the object <c>layers</c>.</summary>
    /// <param name="writer">The receiver.</param>
    /// <param name="socketState">The name of the socket's state, for TCP; empty when not known.</param>
    internal void Write<TWriter>(ref TWriter writer, ReadOnlySpan<byte> socketState)
        where TWriter : IFieldWriter, allows ref struct
    {
        writer.BeginObject("layers"u8);
        writer.Text("label"u8, Label);
        if (!_ethernet.IsEmpty)
            WriteEthernet(ref writer);
        if (!_network.IsEmpty)
        {
            if (_type == TypeIpv4)
                WriteIpv4(ref writer);
            else if (_type == TypeIpv6)
                WriteIpv6(ref writer);
            else
                WriteArp(ref writer);
        }
        if (Protocol == Tcp && _transport.Length >= 20)
            TransportFields.WriteTcp(ref writer, _transport, socketState);
        else if (Protocol == Udp && _transport.Length >= 8)
            TransportFields.WriteUdp(ref writer, _transport);
        else if (Protocol is Icmp or Icmpv6 && _transport.Length >= 8)
            TransportFields.WriteIcmp(ref writer, _transport);
        writer.EndObject();
    }

    private static ReadOnlySpan<byte> From(ReadOnlySpan<byte> packet, int offset) => offset <= packet.Length ? packet[offset..] : default;

    // Hop-by-hop, routing, fragment, authentication, destination options: RFC 8200. Offset 0 where no transport header follows.
    private static (byte Protocol, int Offset) SkipExtensions(ReadOnlySpan<byte> packet)
    {
        byte next = packet[6];
        int offset = 40;
        while (next is 0 or 43 or 44 or 51 or 60)
        {
            if (offset + 8 > packet.Length)
                return (next, 0);
            ReadOnlySpan<byte> header = packet[offset..];
            if (next == 44 && (BinaryPrimitives.ReadUInt16BigEndian(header[2..]) & 0xfff8) != 0)
                return (header[0], 0);
            offset += next switch { 44 => 8, 51 => (header[1] + 2) * 4, _ => (header[1] + 1) * 8 };
            next = header[0];
        }
        return (next, offset);
    }

    private void WriteEthernet<TWriter>(ref TWriter writer)
        where TWriter : IFieldWriter, allows ref struct
    {
        Span<byte> room = stackalloc byte[AddressText.MaxBytes];
        writer.BeginObject("ether"u8);
        writer.Text("saddr"u8, AddressText.Format(_ethernet.Slice(6, 6), room));
        writer.Text("daddr"u8, AddressText.Format(_ethernet[..6], room));
        writer.Hex("type"u8, BinaryPrimitives.ReadUInt16BigEndian(_ethernet[12..]));
        writer.Number("len"u8, (ulong)_ethernet.Length);
        writer.EndObject();
    }

    private void WriteIpv4<TWriter>(ref TWriter writer)
        where TWriter : IFieldWriter, allows ref struct
    {
        ushort fragment = BinaryPrimitives.ReadUInt16BigEndian(_network[6..]);
        writer.BeginObject("ipv4"u8);
        writer.Number("version"u8, 4UL);
        writer.Number("ihl"u8, (ulong)(_network[0] & 15));
        writer.Number("tos"u8, (ulong)_network[1]);
        writer.Number("len"u8, (ulong)BinaryPrimitives.ReadUInt16BigEndian(_network[2..]));
        writer.Number("id"u8, (ulong)BinaryPrimitives.ReadUInt16BigEndian(_network[4..]));
        writer.Text("flags"u8, (fragment >> 13) switch { 0 => ""u8, 1 => "MF"u8, 2 => "DF"u8, 3 => "DF,MF"u8, _ => "reserved"u8 });
        writer.Number("frag_offset"u8, (ulong)(fragment & 0x1fff) * 8);
        writer.Number("ttl"u8, (ulong)_network[8]);
        writer.Number("protocol"u8, (ulong)_network[9]);
        writer.Hex("checksum"u8, BinaryPrimitives.ReadUInt16BigEndian(_network[10..]));
        WriteAddresses(ref writer);
        writer.EndObject();
    }

    private void WriteIpv6<TWriter>(ref TWriter writer)
        where TWriter : IFieldWriter, allows ref struct
    {
        uint first = BinaryPrimitives.ReadUInt32BigEndian(_network);
        writer.BeginObject("ipv6"u8);
        writer.Number("version"u8, 6UL);
        writer.Number("traffic_class"u8, (ulong)(first >> 20 & 0xff));
        writer.Number("flow_label"u8, (ulong)(first & 0xfffff));
        writer.Number("len"u8, (ulong)BinaryPrimitives.ReadUInt16BigEndian(_network[4..]));
        writer.Number("next_header"u8, (ulong)_network[6]);
        writer.Number("hop_limit"u8, (ulong)_network[7]);
        WriteAddresses(ref writer);
        writer.EndObject();
    }

    private void WriteAddresses<TWriter>(ref TWriter writer)
        where TWriter : IFieldWriter, allows ref struct
    {
        Span<byte> room = stackalloc byte[AddressText.MaxBytes];
        writer.Text("saddr"u8, AddressText.Format(Source, room));
        writer.Text("daddr"u8, AddressText.Format(Destination, room));
    }

    private void WriteArp<TWriter>(ref TWriter writer)
        where TWriter : IFieldWriter, allows ref struct
    {
        Span<byte> room = stackalloc byte[AddressText.MaxBytes];
        writer.BeginObject("arp"u8);
        writer.Number("addr_type"u8, (ulong)BinaryPrimitives.ReadUInt16BigEndian(_network));
        writer.Hex("protocol"u8, BinaryPrimitives.ReadUInt16BigEndian(_network[2..]));
        writer.Number("hw_address_size"u8, (ulong)_network[4]);
        writer.Number("prot_address_size"u8, (ulong)_network[5]);
        writer.Number("operation"u8, (ulong)BinaryPrimitives.ReadUInt16BigEndian(_network[6..]));
        writer.Text("sender_mac"u8, AddressText.Format(_network.Slice(8, 6), room));
        writer.Text("sender_ip"u8, AddressText.Format(_network.Slice(14, 4), room));
        writer.Text("target_mac"u8, AddressText.Format(_network.Slice(18, 6), room));
        writer.Text("target_ip"u8, AddressText.Format(_network.Slice(24, 4), room));
        writer.EndObject();
    }
}
