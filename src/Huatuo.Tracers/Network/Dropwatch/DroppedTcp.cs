using System.Buffers.Binary;
using Huatuo.Flow.Enrich.Drops;
using Huatuo.Tracers.Network.Packets;

namespace Huatuo.Tracers.Network.Dropwatch;

/// <summary>A drop as a part of a TCP connection's stream.</summary>
internal static class DroppedTcp
{
    private const byte Tcp = 6;
    private const byte Fin = 1, Syn = 2, Ack = 16;
    private const int HeaderBytes = 20;

    /// <summary>Reads the segment of a record whose lengths were checked.</summary>
    /// <returns>False when it holds no TCP header.</returns>
    internal static bool TryRead(in DropwatchRecord drop, out DroppedSegment segment)
    {
        ReadOnlySpan<byte> packet = ((ReadOnlySpan<byte>)drop.Packet)[..drop.PacketBytes];
        var layers = new PacketLayers(drop.EthernetProtocol, default, packet);
        ReadOnlySpan<byte> header = layers.Transport;
        if (layers.Protocol != Tcp || header.Length < HeaderBytes)
        {
            segment = default;
            return false;
        }
        byte flags = header[13];
        uint sequence = BinaryPrimitives.ReadUInt32BigEndian(header[4..]);
        uint length = Payload(drop, packet, packet.Length - header.Length, (header[12] >> 4) * 4)
            + ((flags & Syn) != 0 ? 1u : 0) + ((flags & Fin) != 0 ? 1u : 0);
        segment = new DroppedSegment(
            new SegmentFlow(
                SegmentFlow.Address(layers.Source), SegmentFlow.Address(layers.Destination),
                BinaryPrimitives.ReadUInt16BigEndian(header), BinaryPrimitives.ReadUInt16BigEndian(header[2..])),
            sequence, unchecked(sequence + length),
            (flags & Ack) != 0 ? BinaryPrimitives.ReadUInt32BigEndian(header[8..]) : null,
            drop.Header.MonotonicNs, drop.SkbAddress, drop.Location, drop.Reason);
        return true;
    }

    // A packet of many segments whose length does not fit the header has none there.
    private static uint Payload(in DropwatchRecord drop, ReadOnlySpan<byte> packet, int networkBytes, int headerBytes)
    {
        bool v4 = packet[0] >> 4 == 4;
        const int v6Header = 40;
        int stated = BinaryPrimitives.ReadUInt16BigEndian(packet[(v4 ? 2 : 4)..]);
        long bytes = stated == 0 ? drop.SkbLength : stated + (v4 ? 0 : v6Header) - networkBytes - headerBytes;
        return (uint)Math.Max(0, bytes);
    }
}
