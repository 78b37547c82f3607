using System.Buffers.Binary;

namespace Huatuo.Linux.Netlink;

/// <summary>
/// What a message of rtnetlink says of one device: <c>struct ifinfomsg</c> and its attributes
/// (<c>include/uapi/linux/rtnetlink.h</c>, <c>if_link.h</c>), over the bytes it came in.
/// </summary>
public readonly ref struct LinkMessage
{
    private const int InfoBytes = 16;
    private const ushort IFLA_ADDRESS = 1, IFLA_IFNAME = 3, IFLA_LINKINFO = 18, IFLA_STATS64 = 23, IFLA_INFO_KIND = 1, IFLA_INFO_SLAVE_KIND = 4;
    private const ushort ARPHRD_LOOPBACK = 772;
    private const uint IFF_UP = 1, IFF_LOWER_UP = 0x10000;

    private readonly ushort _type;
    private readonly uint _flags;

    private LinkMessage(byte family, ushort type, int index, uint flags, ReadOnlySpan<byte> name, ReadOnlySpan<byte> address, ReadOnlySpan<byte> statistics, LinkKind kind)
    {
        Family = family;
        _type = type;
        Index = index;
        _flags = flags;
        Name = name;
        Address = address;
        Statistics = statistics;
        Kind = kind.Own;
        MasterKind = kind.Master;
    }

    /// <summary>0 for the device itself; a bridge tells of its ports with 7 (AF_BRIDGE).</summary>
    public byte Family { get; }

    /// <summary>The device's index in its network namespace.</summary>
    public int Index { get; }

    /// <summary>Its name, without the terminating zero; empty in messages about other things than its state.</summary>
    public ReadOnlySpan<byte> Name { get; }

    /// <summary>Its hardware address; empty when it has none.</summary>
    public ReadOnlySpan<byte> Address { get; }

    /// <summary>What it counts, for <see cref="LinkStatistics"/>; empty in messages that do not tell.</summary>
    public ReadOnlySpan<byte> Statistics { get; }

    /// <summary>Which kind of software device, such as <c>veth</c>, <c>bond</c>; empty for hardware and the loopback.</summary>
    public ReadOnlySpan<byte> Kind { get; }

    /// <summary>Which kind of device it is a part of, such as <c>bond</c>, <c>bridge</c>; empty when of none.</summary>
    public ReadOnlySpan<byte> MasterKind { get; }

    /// <summary>Whether it is a loopback device.</summary>
    public bool IsLoopback => _type == ARPHRD_LOOPBACK;

    /// <summary>Switched on by the administrator.</summary>
    public bool IsAdminUp => (_flags & IFF_UP) != 0;

    /// <summary>Switched on, and the driver sees the other end.</summary>
    public bool IsCarrierUp => (_flags & IFF_LOWER_UP) != 0;

    /// <summary>Reads the payload of an RTM_NEWLINK or RTM_DELLINK message.</summary>
    /// <returns>False when the bytes are none.</returns>
    public static bool TryRead(ReadOnlySpan<byte> payload, out LinkMessage message)
    {
        message = default;
        if (payload.Length < InfoBytes)
            return false;
        ReadOnlySpan<byte> name = default, address = default, statistics = default;
        LinkKind kind = default;
        ReadOnlySpan<byte> rest = payload[InfoBytes..];
        while (!rest.IsEmpty)
        {
            if (!NetlinkAttribute.TryNext(ref rest, out ushort type, out ReadOnlySpan<byte> value))
                return false;
            switch (type)
            {
                case IFLA_IFNAME: name = NetlinkAttribute.Text(value); break;
                case IFLA_ADDRESS: address = value; break;
                case IFLA_STATS64: statistics = value; break;
                case IFLA_LINKINFO when !TryKind(value, out kind): return false;
            }
        }
        int index = BinaryPrimitives.ReadInt32LittleEndian(payload[4..]);
        if (index <= 0)
            return false;
        message = new LinkMessage(
            payload[0], BinaryPrimitives.ReadUInt16LittleEndian(payload[2..]), index, BinaryPrimitives.ReadUInt32LittleEndian(payload[8..]), name, address, statistics, kind);
        return true;
    }

    private static bool TryKind(ReadOnlySpan<byte> nest, out LinkKind kind)
    {
        kind = default;
        while (!nest.IsEmpty)
        {
            if (!NetlinkAttribute.TryNext(ref nest, out ushort type, out ReadOnlySpan<byte> value))
                return false;
            switch (type)
            {
                case IFLA_INFO_KIND: kind.Own = NetlinkAttribute.Text(value); break;
                case IFLA_INFO_SLAVE_KIND: kind.Master = NetlinkAttribute.Text(value); break;
            }
        }
        return true;
    }

    private ref struct LinkKind
    {
        internal ReadOnlySpan<byte> Own;
        internal ReadOnlySpan<byte> Master;
    }
}
