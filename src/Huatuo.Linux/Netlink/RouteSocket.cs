using System.Buffers.Binary;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Huatuo.Linux.Interop;

namespace Huatuo.Linux.Netlink;

/// <summary>A socket of rtnetlink for questions, in the network namespace of the thread that opened it.</summary>
public sealed class RouteSocket : IRouteSource
{
    private const int HeaderBytes = 16;
    private const int PatienceMs = 1000;
    private const ushort NLM_F_REQUEST = 1, NLM_F_DUMP = 0x300;
    private readonly byte[] _buffer = new byte[ILinkSource.DatagramBytes];
    private readonly Socket _socket;
    private uint _sequence;

    private RouteSocket(Socket socket) => _socket = socket;

    /// <summary>Opens it.</summary>
    /// <exception cref="IOException">The kernel refuses.</exception>
    public static RouteSocket Open()
    {
        var handle = new SafeSocketHandle(Libc.socket(Libc.AF_NETLINK, Libc.SOCK_RAW | Libc.SOCK_CLOEXEC, Libc.NETLINK_ROUTE), ownsHandle: true);
        if (handle.IsInvalid)
            throw new IOException($"rtnetlink: open the socket: {Errno.Describe(Marshal.GetLastPInvokeError())}");
        return new RouteSocket(new Socket(handle) { ReceiveTimeout = PatienceMs });
    }

    /// <inheritdoc/>
    public int Ask(ushort type, bool isDump, ReadOnlySpan<byte> body, NetlinkHandler each)
    {
        ArgumentNullException.ThrowIfNull(each);
        try
        {
            Send(type, isDump, body);
            while (true)
            {
                ReadOnlySpan<byte> datagram = _buffer.AsSpan(0, _socket.Receive(_buffer));
                while (NetlinkMessage.TryNext(ref datagram, out NetlinkMessage message))
                {
                    // What is left of a question that was given up.
                    if (message.Sequence != _sequence)
                        continue;
                    if (message.Type == NetlinkMessage.Error)
                        return message.Payload.Length >= sizeof(int) ? -BinaryPrimitives.ReadInt32LittleEndian(message.Payload) : 0;
                    if (message.Type == NetlinkMessage.Done)
                        return 0;
                    each(message);
                    if (!isDump)
                        return 0;
                }
            }
        }
        catch (SocketException fault)
        {
            throw new IOException($"rtnetlink: {fault.Message}", fault);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _socket.Dispose();

    private void Send(ushort type, bool isDump, ReadOnlySpan<byte> body)
    {
        Span<byte> request = stackalloc byte[HeaderBytes + body.Length];
        request.Clear();
        BinaryPrimitives.WriteInt32LittleEndian(request, request.Length);
        BinaryPrimitives.WriteUInt16LittleEndian(request[4..], type);
        BinaryPrimitives.WriteUInt16LittleEndian(request[6..], (ushort)(isDump ? NLM_F_REQUEST | NLM_F_DUMP : NLM_F_REQUEST));
        BinaryPrimitives.WriteUInt32LittleEndian(request[8..], ++_sequence);
        body.CopyTo(request[HeaderBytes..]);
        _socket.Send(request);
    }
}
