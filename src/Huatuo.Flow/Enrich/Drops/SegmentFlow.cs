using System.Buffers.Binary;

namespace Huatuo.Flow.Enrich.Drops;

/// <summary>One direction of a TCP connection; IPv4 addresses are mapped into IPv6.</summary>
/// <param name="Source">Who sends.</param>
/// <param name="Destination">Who receives.</param>
/// <param name="SourcePort">In host order.</param>
/// <param name="DestinationPort">In host order.</param>
public readonly record struct SegmentFlow(UInt128 Source, UInt128 Destination, ushort SourcePort, ushort DestinationPort)
{
    /// <summary>The other direction.</summary>
    public SegmentFlow Reversed => new(Destination, Source, DestinationPort, SourcePort);

    /// <summary>An address as it stands in a packet or a record.</summary>
    /// <param name="bytes">4 bytes of IPv4 or 16 of IPv6.</param>
    public static UInt128 Address(ReadOnlySpan<byte> bytes)
    {
        const ulong mapped = 0xffff_0000_0000;
        return bytes.Length == 4
            ? new UInt128(0, mapped | BinaryPrimitives.ReadUInt32BigEndian(bytes))
            : BinaryPrimitives.ReadUInt128BigEndian(bytes);
    }
}
