using System.Net.Sockets;

namespace Huatuo.Kernel.Tests.Harness;

/// <summary>Sees the frames of the namespace that it was made in, as they go out.</summary>
internal sealed class PacketTap : IDisposable
{
    private const int Patience = 20_000;
    private readonly Socket _socket = new(AddressFamily.Packet, SocketType.Raw, (ProtocolType)0x0300) { ReceiveTimeout = Patience };

    /// <summary>The next frame that satisfies a condition.</summary>
    internal byte[] Next(Func<byte[], bool> wanted)
    {
        byte[] buffer = new byte[65536];
        while (true)
        {
            byte[] frame = buffer[.._socket.Receive(buffer)];
            if (wanted(frame))
                return frame;
        }
    }

    public void Dispose() => _socket.Dispose();
}
