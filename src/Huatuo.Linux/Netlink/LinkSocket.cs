using System.Buffers.Binary;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Huatuo.Linux.Interop;

namespace Huatuo.Linux.Netlink;

/// <summary>A socket of rtnetlink, in the network namespace of the thread that opened it.</summary>
public sealed class LinkSocket : ILinkSource
{
    private const int QueueBytes = 1024 * 1024;
    private const int SOL_SOCKET = 1, SO_RCVBUFFORCE = 33;
    private const ushort RTM_GETLINK = 18;
    private const ushort NLM_F_REQUEST_DUMP = 0x301;
    private readonly Socket _socket;

    private LinkSocket(Socket socket) => _socket = socket;

    /// <summary>Opens it; changes from now on are queued.</summary>
    /// <exception cref="IOException">The kernel refuses.</exception>
    public static LinkSocket Open() => Open(QueueBytes);

    /// <summary>Opens it with a queue of another length; the kernel rounds it up to what it can do with.</summary>
    internal static unsafe LinkSocket Open(int queueBytes)
    {
        var handle = new SafeSocketHandle(Libc.socket(Libc.AF_NETLINK, Libc.SOCK_RAW | Libc.SOCK_CLOEXEC, Libc.NETLINK_ROUTE), ownsHandle: true);
        if (handle.IsInvalid)
            throw Refused("open", Marshal.GetLastPInvokeError());
        var address = new Libc.NetlinkAddress(Libc.RTMGRP_LINK);
        if (Libc.bind(handle, &address, sizeof(Libc.NetlinkAddress)) != 0)
        {
            int errno = Marshal.GetLastPInvokeError();
            handle.Dispose();
            throw Refused("bind", errno);
        }
        var socket = new Socket(handle);
        try
        {
            socket.SetRawSocketOption(SOL_SOCKET, SO_RCVBUFFORCE, MemoryMarshal.AsBytes(new ReadOnlySpan<int>(in queueBytes)));
        }
        catch (SocketException)
        {
            // Without CAP_NET_ADMIN over the host it stays as short as net.core.rmem_default says.
        }
        return new LinkSocket(socket);
    }

    /// <inheritdoc/>
    public void RequestAll(uint sequence)
    {
        Span<byte> request = stackalloc byte[32];
        request.Clear();
        BinaryPrimitives.WriteInt32LittleEndian(request, request.Length);
        BinaryPrimitives.WriteUInt16LittleEndian(request[4..], RTM_GETLINK);
        BinaryPrimitives.WriteUInt16LittleEndian(request[6..], NLM_F_REQUEST_DUMP);
        BinaryPrimitives.WriteUInt32LittleEndian(request[8..], sequence);
        try
        {
            _socket.Send(request);
        }
        catch (SocketException fault)
        {
            throw new IOException($"rtnetlink: ask for all devices: {fault.Message}", fault);
        }
    }

    /// <inheritdoc/>
    public async ValueTask<int> ReceiveAsync(Memory<byte> buffer, CancellationToken stop)
    {
        try
        {
            return await _socket.ReceiveAsync(buffer, SocketFlags.None, stop).ConfigureAwait(false);
        }
        catch (SocketException fault) when (fault.SocketErrorCode == SocketError.NoBufferSpaceAvailable)
        {
            return -1;
        }
        catch (SocketException fault)
        {
            throw new IOException($"rtnetlink: receive: {fault.Message}", fault);
        }
    }

    /// <inheritdoc/>
    public unsafe DriverInfo? Driver(ReadOnlySpan<byte> name)
    {
        if (name.Length >= Libc.IFNAMSIZ)
            return null;
        DriverInfo.Raw info = new() { Command = DriverInfo.ETHTOOL_GDRVINFO };
        Libc.DeviceRequest request = new() { Data = &info };
        name.CopyTo(new Span<byte>(request.Name, Libc.IFNAMSIZ));
        return Libc.ioctl(_socket.SafeHandle, Libc.SIOCETHTOOL, &request) == 0 ? DriverInfo.Of(in info) : null;
    }

    /// <inheritdoc/>
    public void Dispose() => _socket.Dispose();

    private static IOException Refused(string what, int errno) => new($"rtnetlink: {what} the socket: {Errno.Describe(errno)}");
}
