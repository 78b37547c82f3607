using System.Net.Sockets;

namespace Huatuo.Tracers.Network.NetRxLatency;

/// <summary>
/// Makes the kernel stamp every packet that it receives, in all network namespaces, for as long as this is held: a socket
/// that asks for stamps and never receives anything (net/core/sock.c: sock_enable_timestamp; a kernel thread does it a
/// little later). Without anyone who asks, packets have none.
/// </summary>
internal sealed class ReceiveStamps : IDisposable
{
    // The same on x86-64 and arm64: include/uapi/asm-generic/socket.h, include/uapi/linux/net_tstamp.h.
    private const int SOL_SOCKET = 1, SO_TIMESTAMPING = 37, SOF_TIMESTAMPING_RX_SOFTWARE = 1 << 3;
    private readonly Socket _socket;

    /// <exception cref="IOException">The kernel refuses.</exception>
    internal ReceiveStamps()
    {
        try
        {
            _socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
            _socket.SetRawSocketOption(SOL_SOCKET, SO_TIMESTAMPING, BitConverter.GetBytes(SOF_TIMESTAMPING_RX_SOFTWARE));
        }
        catch (SocketException refused)
        {
            _socket?.Dispose();
            throw new IOException($"cannot ask the kernel to stamp received packets (SO_TIMESTAMPING): {refused.Message}", refused);
        }
    }

    public void Dispose() => _socket.Dispose();
}
