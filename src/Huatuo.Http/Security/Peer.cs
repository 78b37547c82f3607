using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Huatuo.Http.Security;

/// <summary>Who is at the other end of a connection, as the kernel tells.</summary>
internal static class Peer
{
    private const int SolSocket = 1;
    private const int SoPeercred = 17;

    /// <summary>Whether it is root, connected by the Unix socket.</summary>
    public static bool IsRoot(HttpContext context) =>
        context.Features.Get<IConnectionSocketFeature>()?.Socket is { AddressFamily: AddressFamily.Unix } socket && UserOf(socket) == 0;

    /// <summary>Whether nobody can listen in: the Unix socket, loopback, or TLS.</summary>
    public static bool IsPrivate(HttpContext context) =>
        context.Connection.LocalIpAddress is not { } address || IPAddress.IsLoopback(address) || context.Features.Get<ITlsConnectionFeature>() is not null;

    // struct ucred { pid_t pid; uid_t uid; gid_t gid; }
    private static uint? UserOf(Socket socket)
    {
        Span<byte> credentials = stackalloc byte[12];
        try
        {
            return socket.GetRawSocketOption(SolSocket, SoPeercred, credentials) == credentials.Length ? MemoryMarshal.Read<uint>(credentials[4..]) : null;
        }
        catch (Exception fault) when (fault is SocketException or ObjectDisposedException)
        {
            return null;
        }
    }
}
