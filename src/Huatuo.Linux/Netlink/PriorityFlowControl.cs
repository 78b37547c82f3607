using System.Buffers.Binary;
using System.Text;

namespace Huatuo.Linux.Netlink;

/// <summary>
/// Priority flow control of a device, by data center bridging: <c>struct dcbmsg</c> and <c>struct ieee_pfc</c>
/// (<c>include/uapi/linux/dcbnl.h</c>, since 2.6.38).
/// </summary>
public static class PriorityFlowControl
{
    /// <summary>RTM_GETDCB: asks for it.</summary>
    public const ushort Request = 78;

    /// <summary>How many priorities there are.</summary>
    public const int Priorities = 8;

    private const int HeaderBytes = 4;
    private const int RequestsOffset = 8;
    private const int PfcBytes = RequestsOffset + 2 * Priorities * sizeof(ulong);
    private const byte DCB_CMD_IEEE_GET = 21;
    private const ushort DCB_ATTR_IFNAME = 1, DCB_ATTR_IEEE = 13, DCB_ATTR_IEEE_PFC = 2;

    /// <summary>What asks for a device's.</summary>
    /// <param name="device">Its name.</param>
    public static byte[] Ask(string device)
    {
        byte[] name = Encoding.UTF8.GetBytes(device + '\0');
        byte[] body = new byte[HeaderBytes + 4 + ((name.Length + 3) & ~3)];
        body[1] = DCB_CMD_IEEE_GET;
        BinaryPrimitives.WriteUInt16LittleEndian(body.AsSpan(4), (ushort)(4 + name.Length));
        BinaryPrimitives.WriteUInt16LittleEndian(body.AsSpan(6), DCB_ATTR_IFNAME);
        name.CopyTo(body, 8);
        return body;
    }

    /// <summary>Reads the answer.</summary>
    /// <param name="payload">The message's payload.</param>
    /// <param name="sent">Receives the pause frames sent for each priority.</param>
    /// <param name="received">Receives those received.</param>
    /// <returns>False when the device does not tell, or the bytes are no answer.</returns>
    public static bool TryRead(ReadOnlySpan<byte> payload, Span<ulong> sent, Span<ulong> received)
    {
        if (payload.Length < HeaderBytes)
            return false;
        if (!TryFind(payload[HeaderBytes..], DCB_ATTR_IEEE, out ReadOnlySpan<byte> ieee) || !TryFind(ieee, DCB_ATTR_IEEE_PFC, out ReadOnlySpan<byte> pfc) || pfc.Length < PfcBytes)
            return false;
        for (int priority = 0; priority < Priorities; priority++)
        {
            sent[priority] = BinaryPrimitives.ReadUInt64LittleEndian(pfc[(RequestsOffset + priority * sizeof(ulong))..]);
            received[priority] = BinaryPrimitives.ReadUInt64LittleEndian(pfc[(RequestsOffset + (Priorities + priority) * sizeof(ulong))..]);
        }
        return true;
    }

    private static bool TryFind(ReadOnlySpan<byte> rest, ushort wanted, out ReadOnlySpan<byte> value)
    {
        while (NetlinkAttribute.TryNext(ref rest, out ushort type, out value))
            if (type == wanted)
                return true;
        return false;
    }
}
