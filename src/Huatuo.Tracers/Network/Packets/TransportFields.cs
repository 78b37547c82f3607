using System.Buffers.Binary;
using Huatuo.Flow.Documents;

namespace Huatuo.Tracers.Network.Packets;

/// <summary>The fields of transport headers; each takes a span that holds the fixed part of its header.</summary>
internal static class TransportFields
{
    private static ReadOnlySpan<byte> FlagNames => "FIN,SYN,RST,PSH,ACK,URG,ECE,CWR"u8;

    internal static void WriteTcp<TWriter>(ref TWriter writer, ReadOnlySpan<byte> header, ReadOnlySpan<byte> socketState)
        where TWriter : IFieldWriter, allows ref struct
    {
        Span<byte> flags = stackalloc byte[32];
        writer.BeginObject("tcp"u8);
        writer.Number("sport"u8, (ulong)BinaryPrimitives.ReadUInt16BigEndian(header));
        writer.Number("dport"u8, (ulong)BinaryPrimitives.ReadUInt16BigEndian(header[2..]));
        writer.Number("seq"u8, (ulong)BinaryPrimitives.ReadUInt32BigEndian(header[4..]));
        writer.Number("ack_seq"u8, (ulong)BinaryPrimitives.ReadUInt32BigEndian(header[8..]));
        writer.Number("data_offset"u8, (ulong)(header[12] >> 4));
        writer.Text("flags"u8, Flags(header[13], flags));
        writer.Number("window"u8, (ulong)BinaryPrimitives.ReadUInt16BigEndian(header[14..]));
        writer.Hex("checksum"u8, BinaryPrimitives.ReadUInt16BigEndian(header[16..]));
        writer.Number("urgent"u8, (ulong)BinaryPrimitives.ReadUInt16BigEndian(header[18..]));
        if (!socketState.IsEmpty)
            writer.Text("sk_state"u8, socketState);
        writer.EndObject();
    }

    internal static void WriteUdp<TWriter>(ref TWriter writer, ReadOnlySpan<byte> header)
        where TWriter : IFieldWriter, allows ref struct
    {
        writer.BeginObject("udp"u8);
        writer.Number("sport"u8, (ulong)BinaryPrimitives.ReadUInt16BigEndian(header));
        writer.Number("dport"u8, (ulong)BinaryPrimitives.ReadUInt16BigEndian(header[2..]));
        writer.Number("len"u8, (ulong)BinaryPrimitives.ReadUInt16BigEndian(header[4..]));
        writer.Hex("checksum"u8, BinaryPrimitives.ReadUInt16BigEndian(header[6..]));
        writer.EndObject();
    }

    internal static void WriteIcmp<TWriter>(ref TWriter writer, ReadOnlySpan<byte> header)
        where TWriter : IFieldWriter, allows ref struct
    {
        writer.BeginObject("icmp"u8);
        writer.Number("type"u8, (ulong)header[0]);
        writer.Number("code"u8, (ulong)header[1]);
        writer.Hex("checksum"u8, BinaryPrimitives.ReadUInt16BigEndian(header[2..]));
        writer.Number("id"u8, (ulong)BinaryPrimitives.ReadUInt16BigEndian(header[4..]));
        writer.Number("seq"u8, (ulong)BinaryPrimitives.ReadUInt16BigEndian(header[6..]));
        writer.EndObject();
    }

    /// <summary>Names of the flags in the low byte, <c>SYN,ACK</c>, in a room of at least 32 bytes.</summary>
    internal static ReadOnlySpan<byte> Flags(byte bits, Span<byte> room)
    {
        const int width = 4;
        int length = 0;
        for (int bit = 0; bit < 8; bit++)
        {
            if ((bits >> bit & 1) == 0)
                continue;
            if (length > 0)
                room[length++] = (byte)',';
            FlagNames.Slice(bit * width, width - 1).CopyTo(room[length..]);
            length += width - 1;
        }
        return room[..length];
    }
}
