using System.Buffers.Binary;
using System.Net;

namespace Huatuo.Kernel.Tests.Harness;

/// <summary>What a frame on the wire says of its TCP segment.</summary>
internal sealed record TcpFrame(string Source, string Destination, int SourcePort, int DestinationPort, uint Sequence, uint Acknowledgement, byte Flags, int Payload)
{
    private const byte Fin = 1, Syn = 2;

    /// <summary>The sequence number after its last.</summary>
    internal uint End => unchecked(Sequence + (uint)Payload + ((Flags & Syn) != 0 ? 1u : 0) + ((Flags & Fin) != 0 ? 1u : 0));

    /// <summary>Reads an Ethernet frame; null when it holds no TCP over IPv4 or IPv6.</summary>
    internal static TcpFrame? Of(byte[] frame)
    {
        const int network = 14, v6Header = 40;
        const byte tcp = 6;
        int type = BinaryPrimitives.ReadUInt16BigEndian(frame.AsSpan(12));
        bool v4 = type == 0x0800;
        if ((!v4 && type != 0x86dd) || frame[network + (v4 ? 9 : 6)] != tcp)
            return null;
        ReadOnlySpan<byte> packet = frame.AsSpan(network);
        int header = v4 ? (packet[0] & 15) * 4 : v6Header;
        int length = v4 ? BinaryPrimitives.ReadUInt16BigEndian(packet[2..]) : v6Header + BinaryPrimitives.ReadUInt16BigEndian(packet[4..]);
        (int at, int size) = v4 ? (12, 4) : (8, 16);
        ReadOnlySpan<byte> segment = packet[header..];
        return new TcpFrame(
            new IPAddress(packet.Slice(at, size)).ToString(), new IPAddress(packet.Slice(at + size, size)).ToString(),
            BinaryPrimitives.ReadUInt16BigEndian(segment), BinaryPrimitives.ReadUInt16BigEndian(segment[2..]),
            BinaryPrimitives.ReadUInt32BigEndian(segment[4..]), BinaryPrimitives.ReadUInt32BigEndian(segment[8..]),
            segment[13], length - header - (segment[12] >> 4) * 4);
    }
}
