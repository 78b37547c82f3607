using System.Buffers.Binary;
using System.Net;
using System.Text;

namespace Huatuo.Tracers.Security.SyscallAudit;

/// <summary>A <c>struct sockaddr</c> in words.</summary>
internal static class SocketAddress
{
    private const ushort Unspecified = 0, Unix = 1, Inet = 2, Inet6 = 10, Netlink = 16, Packet = 17, Vsock = 40;

    /// <summary>The family's name, its number when it has none here.</summary>
    internal static byte[] Family(ReadOnlySpan<byte> address) => Encoding.UTF8.GetBytes(Number(address) switch
    {
        Unspecified => "AF_UNSPEC",
        Unix => "AF_UNIX",
        Inet => "AF_INET",
        Inet6 => "AF_INET6",
        Netlink => "AF_NETLINK",
        Packet => "AF_PACKET",
        Vsock => "AF_VSOCK",
        var other => $"{other}",
    });

    /// <summary><c>10.0.0.1:80</c>, <c>[::1]:80</c>, a path, <c>@</c> and an abstract name, <c>cid:port</c>; empty when it cannot be said.</summary>
    internal static byte[] Text(ReadOnlySpan<byte> address) => Number(address) switch
    {
        Inet when address.Length >= 8 => Encoding.UTF8.GetBytes($"{new IPAddress(address[4..8])}:{Port(address)}"),
        Inet6 when address.Length >= 24 => Encoding.UTF8.GetBytes($"[{new IPAddress(address[8..24])}]:{Port(address)}"),
        Unix => Name(address[2..]),
        Vsock when address.Length >= 12 => Encoding.UTF8.GetBytes($"{BinaryPrimitives.ReadUInt32LittleEndian(address[8..])}:{BinaryPrimitives.ReadUInt32LittleEndian(address[4..])}"),
        _ => [],
    };

    private static ushort Number(ReadOnlySpan<byte> address) => address.Length >= 2 ? BinaryPrimitives.ReadUInt16LittleEndian(address) : Unspecified;

    private static ushort Port(ReadOnlySpan<byte> address) => BinaryPrimitives.ReadUInt16BigEndian(address[2..]);

    // An abstract name begins with a zero and may hold more of them.
    private static byte[] Name(ReadOnlySpan<byte> path)
    {
        if (path.IsEmpty || path[0] != 0)
            return (path.IndexOf((byte)0) is >= 0 and int end ? path[..end] : path).ToArray();
        byte[] name = path.ToArray();
        name.AsSpan().Replace((byte)0, (byte)'@');
        return path.Length == 1 ? [] : name;
    }
}
