using System.Net.Sockets;

namespace Huatuo.EndToEnd.Tests.Product;

/// <summary>Root on the socket of an agent.</summary>
internal static class RootClient
{
    public static HttpClient Create(string dataDir) => new(new SocketsHttpHandler
    {
        UseProxy = false,
        ConnectCallback = async (_, cancel) =>
        {
            var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            await socket.ConnectAsync(new UnixDomainSocketEndPoint($"{dataDir}/huatuo.sock"), cancel);
            return new NetworkStream(socket, ownsSocket: true);
        },
    })
    {
        Timeout = Eventually.Patience,
    };
}
