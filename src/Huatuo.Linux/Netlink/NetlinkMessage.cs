using System.Buffers.Binary;

namespace Huatuo.Linux.Netlink;

/// <summary>One message of a netlink datagram: <c>struct nlmsghdr</c> (<c>include/uapi/linux/netlink.h</c>) and its payload.</summary>
public readonly ref struct NetlinkMessage
{
    /// <summary>A request was refused, or is done; the payload starts with the negative errno.</summary>
    public const ushort Error = 2;

    /// <summary>The last message of a dump.</summary>
    public const ushort Done = 3;

    /// <summary>RTM_NEWLINK: a device is new, or differs.</summary>
    public const ushort NewLink = 16;

    /// <summary>RTM_DELLINK: a device is gone.</summary>
    public const ushort DelLink = 17;

    private const int HeaderBytes = 16;

    private NetlinkMessage(ushort type, uint sequence, ReadOnlySpan<byte> payload)
    {
        Type = type;
        Sequence = sequence;
        Payload = payload;
    }

    /// <summary>What it is.</summary>
    public ushort Type { get; }

    /// <summary>The request that it answers; 0 for what the kernel tells unasked.</summary>
    public uint Sequence { get; }

    /// <summary>What follows the header.</summary>
    public ReadOnlySpan<byte> Payload { get; }

    /// <summary>Takes the next message off a datagram.</summary>
    /// <param name="datagram">What is left of it.</param>
    /// <param name="message">The message.</param>
    /// <returns>False when what is left is no message; nothing after it can be read.</returns>
    public static bool TryNext(scoped ref ReadOnlySpan<byte> datagram, out NetlinkMessage message)
    {
        message = default;
        if (datagram.Length < HeaderBytes)
            return false;
        uint length = BinaryPrimitives.ReadUInt32LittleEndian(datagram);
        if (length < HeaderBytes || length > (uint)datagram.Length)
            return false;
        message = new NetlinkMessage(
            BinaryPrimitives.ReadUInt16LittleEndian(datagram[4..]), BinaryPrimitives.ReadUInt32LittleEndian(datagram[8..]), datagram[HeaderBytes..(int)length]);
        datagram = datagram[Math.Min(((int)length + 3) & ~3, datagram.Length)..];
        return true;
    }
}
