using System.Net;
using System.Net.Sockets;

namespace Huatuo.Http;

/// <summary>The server cannot listen on its address. The message says why and what to do.</summary>
public sealed class ListenException : Exception
{
    /// <summary>Describes why an address cannot be listened on.</summary>
    /// <param name="endpoint">The address.</param>
    /// <param name="cause">What the attempt ended with.</param>
    public ListenException(IPEndPoint endpoint, Exception cause)
        : base($"cannot listen on {endpoint}: {Explain(endpoint, cause)}", cause) => Endpoint = endpoint;

    /// <summary>The address.</summary>
    public IPEndPoint Endpoint { get; }

    private static string Explain(IPEndPoint endpoint, Exception cause) => FindSocketError(cause) switch
    {
        SocketError.AddressAlreadyInUse =>
            "the address is in use by another program or another agent; "
            + $"find it with 'ss -ltnp sport = :{endpoint.Port}' and stop it, or listen on another address",
        SocketError.AddressNotAvailable =>
            "no network interface has this address; listen on one that 'ip address' shows, or on 127.0.0.1",
        SocketError.AccessDenied =>
            "the port is reserved for privileged programs; take one from 1024 up, or grant CAP_NET_BIND_SERVICE",
        SocketError.AddressFamilyNotSupported =>
            "the kernel does not speak this address family; listen on an IPv4 address",
        _ => cause.Message,
    };

    private static SocketError FindSocketError(Exception? cause)
    {
        for (; cause is not null; cause = cause.InnerException)
            if (cause is SocketException socket)
                return socket.SocketErrorCode;
        return SocketError.SocketError;
    }
}
