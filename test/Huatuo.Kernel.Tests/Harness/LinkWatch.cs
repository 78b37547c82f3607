using System.Buffers.Binary;

namespace Huatuo.Kernel.Tests.Harness;

/// <summary>The kernel's own messages about the devices of the namespace that it was made in.</summary>
internal sealed unsafe class LinkWatch : IDisposable
{
    private const int AF_NETLINK = 16, SOCK_RAW = 3, RTMGRP_LINK = 1, SOL_SOCKET = 1, SO_RCVTIMEO = 20;
    private const uint Running = 0x40, LowerUp = 0x10000;
    private readonly int _fd;

    internal LinkWatch()
    {
        _fd = Native.Check(Native.socket(AF_NETLINK, SOCK_RAW, 0), "netlink socket");
        uint* address = stackalloc uint[3] { AF_NETLINK, 0, RTMGRP_LINK };
        Native.Check(Native.bind(_fd, address, 12), "netlink bind");
        long* patience = stackalloc long[2] { 120, 0 };
        Native.Check(Native.setsockopt(_fd, SOL_SOCKET, SO_RCVTIMEO, patience, 16), "netlink timeout");
    }

    /// <summary>Returns when a device other than the loopback can send.</summary>
    /// <returns>Its index.</returns>
    internal int AwaitRunning()
    {
        const int capacity = 16384, loopback = 1, newLink = 16, header = 16;
        byte* buffer = stackalloc byte[capacity];
        while (true)
        {
            int length = Native.Check((int)Native.recv(_fd, buffer, capacity, 0), "wait for the link");
            for (var rest = new ReadOnlySpan<byte>(buffer, length); rest.Length >= header;)
            {
                int size = BinaryPrimitives.ReadInt32LittleEndian(rest);
                if (BinaryPrimitives.ReadUInt16LittleEndian(rest[4..]) == newLink)
                {
                    int index = BinaryPrimitives.ReadInt32LittleEndian(rest[(header + 4)..]);
                    uint flags = BinaryPrimitives.ReadUInt32LittleEndian(rest[(header + 8)..]);
                    if (index != loopback && (flags & (Running | LowerUp)) == (Running | LowerUp))
                        return index;
                }
                rest = rest[Math.Min(rest.Length, (size + 3) & ~3)..];
            }
        }
    }

    public void Dispose() => _ = Native.close(_fd);
}
