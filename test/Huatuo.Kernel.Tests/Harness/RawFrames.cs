using System.Buffers.Binary;

namespace Huatuo.Kernel.Tests.Harness;

/// <summary>Frames of a protocol that nobody takes, sent through a device of the calling thread's network namespace.</summary>
internal static unsafe class RawFrames
{
    private const int AF_PACKET = 17, SOCK_RAW = 3, LocalExperimental = 0x88b5;
    private const int FrameBytes = 64, AddressBytes = 20;

    /// <summary>Sends them to everybody.</summary>
    internal static void Send(int ifindex, int count)
    {
        int socket = Native.Check(Native.socket(AF_PACKET, SOCK_RAW, 0), "packet socket");
        // struct sockaddr_ll: family and protocol, index, and what the kernel fills in.
        uint* address = stackalloc uint[AddressBytes / sizeof(uint)] { AF_PACKET, (uint)ifindex, 0, 0, 0 };
        Native.Check(Native.bind(socket, address, AddressBytes), "bind to the device");
        byte* frame = stackalloc byte[FrameBytes];
        new Span<byte>(frame, FrameBytes).Clear();
        new Span<byte>(frame, 6).Fill(0xff);
        BinaryPrimitives.WriteUInt16BigEndian(new Span<byte>(frame + 12, sizeof(ushort)), LocalExperimental);
        for (int i = 0; i < count; i++)
            Native.Check((int)Native.write(socket, frame, FrameBytes), "send a frame");
        _ = Native.close(socket);
    }
}
