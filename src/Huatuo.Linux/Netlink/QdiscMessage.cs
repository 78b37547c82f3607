using System.Buffers.Binary;

namespace Huatuo.Linux.Netlink;

/// <summary>
/// What a message of rtnetlink says of one queueing discipline: <c>struct tcmsg</c> and its attributes
/// (<c>include/uapi/linux/rtnetlink.h</c>, <c>gen_stats.h</c>), over the bytes it came in.
/// </summary>
public readonly ref struct QdiscMessage
{
    /// <summary>RTM_GETQDISC: asks for them.</summary>
    public const ushort Request = 38;

    /// <summary>The bytes of a request for all of them.</summary>
    public const int RequestBytes = HeaderBytes;

    private const int HeaderBytes = 20;
    private const uint TC_H_ROOT = 0xffffffff;
    private const ushort TCA_KIND = 1, TCA_STATS2 = 7, TCA_STATS_BASIC = 1, TCA_STATS_QUEUE = 3, TCA_STATS_PKT64 = 8;

    /// <summary>The index of its device.</summary>
    public int Device { get; private init; }

    /// <summary>Whether it is the device's own, and not within another.</summary>
    public bool IsRoot { get; private init; }

    /// <summary>Its name, such as <c>fq_codel</c>.</summary>
    public ReadOnlySpan<byte> Kind { get; private init; }

    /// <summary>Bytes sent.</summary>
    public ulong Bytes { get; private init; }

    /// <summary>Packets sent; of 32 bits before 5.5.</summary>
    public ulong Packets { get; private init; }

    /// <summary>Packets that wait.</summary>
    public uint Length { get; private init; }

    /// <summary>Bytes that wait.</summary>
    public uint Backlog { get; private init; }

    /// <summary>Packets dropped.</summary>
    public uint Drops { get; private init; }

    /// <summary>Packets put back, since the device was busy.</summary>
    public uint Requeues { get; private init; }

    /// <summary>Times that a limit held a packet up.</summary>
    public uint Overlimits { get; private init; }

    /// <summary>Reads the payload of an RTM_NEWQDISC message.</summary>
    /// <returns>False when the bytes are none.</returns>
    public static bool TryRead(ReadOnlySpan<byte> payload, out QdiscMessage message)
    {
        message = default;
        if (payload.Length < HeaderBytes)
            return false;
        ReadOnlySpan<byte> kind = default, statistics = default;
        ReadOnlySpan<byte> rest = payload[HeaderBytes..];
        while (!rest.IsEmpty)
        {
            if (!NetlinkAttribute.TryNext(ref rest, out ushort type, out ReadOnlySpan<byte> value))
                return false;
            if (type == TCA_KIND)
                kind = NetlinkAttribute.Text(value);
            else if (type == TCA_STATS2)
                statistics = value;
        }
        ReadOnlySpan<byte> basic = default, queue = default, packets = default;
        while (!statistics.IsEmpty)
        {
            if (!NetlinkAttribute.TryNext(ref statistics, out ushort type, out ReadOnlySpan<byte> value))
                return false;
            switch (type)
            {
                case TCA_STATS_BASIC: basic = value; break;
                case TCA_STATS_QUEUE: queue = value; break;
                case TCA_STATS_PKT64: packets = value; break;
            }
        }
        if (kind.IsEmpty || basic.Length < 12 || queue.Length < 20)
            return false;
        message = new QdiscMessage
        {
            Device = BinaryPrimitives.ReadInt32LittleEndian(payload[4..]),
            IsRoot = BinaryPrimitives.ReadUInt32LittleEndian(payload[12..]) == TC_H_ROOT,
            Kind = kind,
            Bytes = BinaryPrimitives.ReadUInt64LittleEndian(basic),
            Packets = packets.Length >= 8 ? BinaryPrimitives.ReadUInt64LittleEndian(packets) : BinaryPrimitives.ReadUInt32LittleEndian(basic[8..]),
            Length = BinaryPrimitives.ReadUInt32LittleEndian(queue),
            Backlog = BinaryPrimitives.ReadUInt32LittleEndian(queue[4..]),
            Drops = BinaryPrimitives.ReadUInt32LittleEndian(queue[8..]),
            Requeues = BinaryPrimitives.ReadUInt32LittleEndian(queue[12..]),
            Overlimits = BinaryPrimitives.ReadUInt32LittleEndian(queue[16..]),
        };
        return true;
    }
}
