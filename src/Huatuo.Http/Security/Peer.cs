using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Huatuo.Http.Security;

/// <summary>Who is at the other end of a connection, as the kernel tells.</summary>
internal static class Peer
{
    /// <summary>Whether it is root, connected by the Unix socket.</summary>
    public static bool IsRoot(HttpContext context) =>
        context.Features.Get<IConnectionSocketFeature>()?.Socket is { AddressFamily: AddressFamily.Unix } socket && PeerCredentials.Of(socket)?.User == 0;

    /// <summary>Whether nobody can listen in: the Unix socket, loopback, or TLS.</summary>
    public static bool IsPrivate(HttpContext context) =>
        context.Connection.LocalIpAddress is not { } address || IPAddress.IsLoopback(address) || context.Features.Get<ITlsConnectionFeature>() is not null;
}
