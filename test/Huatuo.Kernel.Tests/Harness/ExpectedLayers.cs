using System.Buffers.Binary;
using System.Net;
using System.Net.NetworkInformation;

namespace Huatuo.Kernel.Tests.Harness;

/// <summary>The object <c>layers</c> as the bytes of a frame on the wire say it must be.</summary>
internal static class ExpectedLayers
{
    private const string Root = "tracer_data.layers.";
    private const int Ethernet = 14;
    private static readonly string[] s_flags = ["FIN", "SYN", "RST", "PSH", "ACK", "URG", "ECE", "CWR"];

    internal static ExpectedDocument Layers(this ExpectedDocument expected, byte[] frame)
    {
        ushort type = Word(frame, 12);
        expected
            .Is(Root + "ether.saddr", Mac(frame, 6))
            .Is(Root + "ether.daddr", Mac(frame, 0))
            .Hex(Root + "ether.type", type)
            .Is(Root + "ether.len", Ethernet);
        return type switch
        {
            0x0800 => expected.Ipv4(frame.AsSpan(Ethernet)),
            0x86dd => expected.Ipv6(frame.AsSpan(Ethernet)),
            _ => expected.Arp(frame.AsSpan(Ethernet)),
        };
    }

    /// <summary>Where the transport header of a frame starts; for ARP, where its packet starts.</summary>
    internal static int TransportOffset(byte[] frame) => Ethernet + Word(frame, 12) switch
    {
        0x0800 => (frame[Ethernet] & 15) * 4,
        0x86dd => 40,
        _ => 0,
    };

    private static ExpectedDocument Ipv4(this ExpectedDocument expected, ReadOnlySpan<byte> packet)
    {
        const string at = Root + "ipv4.";
        expected
            .Is(at + "version", 4).Is(at + "ihl", packet[0] & 15).Is(at + "tos", packet[1]).Is(at + "len", Word(packet, 2)).Is(at + "id", Word(packet, 4))
            .Is(at + "flags", (packet[6] & 0x40) != 0 ? "DF" : "").Is(at + "frag_offset", 0).Is(at + "ttl", packet[8]).Is(at + "protocol", packet[9])
            .Hex(at + "checksum", Word(packet, 10))
            .Is(at + "saddr", new IPAddress(packet.Slice(12, 4))).Is(at + "daddr", new IPAddress(packet.Slice(16, 4)));
        return expected.Transport("IPv4/", packet[9], packet[((packet[0] & 15) * 4)..]);
    }

    private static ExpectedDocument Ipv6(this ExpectedDocument expected, ReadOnlySpan<byte> packet)
    {
        const string at = Root + "ipv6.";
        uint first = BinaryPrimitives.ReadUInt32BigEndian(packet);
        expected
            .Is(at + "version", 6).Is(at + "traffic_class", first >> 20 & 0xff).Is(at + "flow_label", first & 0xfffff).Is(at + "len", Word(packet, 4))
            .Is(at + "next_header", packet[6]).Is(at + "hop_limit", packet[7])
            .Is(at + "saddr", new IPAddress(packet.Slice(8, 16))).Is(at + "daddr", new IPAddress(packet.Slice(24, 16)));
        return expected.Transport("IPv6/", packet[6], packet[40..]);
    }

    private static ExpectedDocument Arp(this ExpectedDocument expected, ReadOnlySpan<byte> packet)
    {
        const string at = Root + "arp.";
        return expected
            .Is(Root + "label", "ARP")
            .Is(at + "addr_type", 1).Is(at + "protocol", "0x800").Is(at + "hw_address_size", 6).Is(at + "prot_address_size", 4).Is(at + "operation", Word(packet, 6))
            .Is(at + "sender_mac", Mac(packet, 8)).Is(at + "sender_ip", new IPAddress(packet.Slice(14, 4)))
            .Is(at + "target_mac", Mac(packet, 18)).Is(at + "target_ip", new IPAddress(packet.Slice(24, 4)));
    }

    private static ExpectedDocument Transport(this ExpectedDocument expected, string network, byte protocol, ReadOnlySpan<byte> header)
    {
        switch (protocol)
        {
            case 6:
                byte bits = header[13];
                return expected
                    .Is(Root + "label", network + "TCP")
                    .Is(Root + "tcp.sport", Word(header, 0)).Is(Root + "tcp.dport", Word(header, 2))
                    .Is(Root + "tcp.seq", BinaryPrimitives.ReadUInt32BigEndian(header[4..])).Is(Root + "tcp.ack_seq", BinaryPrimitives.ReadUInt32BigEndian(header[8..]))
                    .Is(Root + "tcp.data_offset", header[12] >> 4).Is(Root + "tcp.flags", string.Join(',', s_flags.Where((_, bit) => (bits >> bit & 1) != 0)))
                    .Is(Root + "tcp.window", Word(header, 14)).Hex(Root + "tcp.checksum", Word(header, 16)).Is(Root + "tcp.urgent", 0);
            case 17:
                return expected
                    .Is(Root + "label", network + "UDP")
                    .Is(Root + "udp.sport", Word(header, 0)).Is(Root + "udp.dport", Word(header, 2)).Is(Root + "udp.len", Word(header, 4)).Hex(Root + "udp.checksum", Word(header, 6));
            default:
                return expected
                    .Is(Root + "label", network + (protocol == 1 ? "ICMP" : "ICMPv6"))
                    .Is(Root + "icmp.type", header[0]).Is(Root + "icmp.code", header[1]).Hex(Root + "icmp.checksum", Word(header, 2))
                    .Is(Root + "icmp.id", Word(header, 4)).Is(Root + "icmp.seq", Word(header, 6));
        }
    }

    private static ushort Word(ReadOnlySpan<byte> bytes, int at) => BinaryPrimitives.ReadUInt16BigEndian(bytes[at..]);

    private static string Mac(ReadOnlySpan<byte> bytes, int at) =>
        string.Join(':', new PhysicalAddress(bytes.Slice(at, 6).ToArray()).GetAddressBytes().Select(octet => octet.ToString("x2")));
}
