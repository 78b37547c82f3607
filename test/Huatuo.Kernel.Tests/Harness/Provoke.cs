using System.Net;
using System.Net.Sockets;

namespace Huatuo.Kernel.Tests.Harness;

/// <summary>Sends packets from the network namespace of the calling thread.</summary>
internal static class Provoke
{
    /// <summary>One SYN; does not wait for what becomes of it.</summary>
    internal static void Syn(string address, int port)
    {
        IPAddress to = IPAddress.Parse(address);
        using var socket = new Socket(to.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { Blocking = false };
        try
        {
            socket.Connect(to, port);
        }
        catch (SocketException)
        {
            // Under way, or refused already.
        }
    }

    /// <summary>Datagrams of ten bytes.</summary>
    internal static void Udp(string address, int port, int count = 1)
    {
        var to = new IPEndPoint(IPAddress.Parse(address), port);
        using var socket = new Socket(to.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
        for (int i = 0; i < count; i++)
            socket.SendTo(new byte[10], to);
    }

    /// <summary>An echo request with its number.</summary>
    internal static void Echo(string address)
    {
        IPAddress to = IPAddress.Parse(address);
        bool v6 = to.AddressFamily == AddressFamily.InterNetworkV6;
        using var socket = new Socket(to.AddressFamily, SocketType.Raw, v6 ? ProtocolType.IcmpV6 : ProtocolType.Icmp);
        // Type, code, checksum (the kernel computes that of ICMPv6), identifier, number.
        byte[] message = v6 ? [128, 0, 0, 0, 0x12, 0x34, 0, 7] : [8, 0, 0xe5, 0xc4, 0x12, 0x34, 0, 7];
        socket.SendTo(message, new IPEndPoint(to, 0));
    }
}
