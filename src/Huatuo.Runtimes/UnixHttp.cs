using System.Net.Sockets;

namespace Huatuo.Runtimes;

/// <summary>HTTP over a Unix socket.</summary>
internal static class UnixHttp
{
    /// <summary>What an answer may have at most; a host's thousands of containers are a few MiB.</summary>
    internal const int MaxAnswerBytes = 32 << 20;

    /// <summary>Makes a client whose every connection goes to one socket.</summary>
    internal static HttpClient Connect(string socket) => new(new SocketsHttpHandler
    {
        UseProxy = false,
        AllowAutoRedirect = false,
        UseCookies = false,
        PooledConnectionIdleTimeout = TimeSpan.FromSeconds(30),
        ConnectCallback = async (_, stop) =>
        {
            var connection = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            try
            {
                await connection.ConnectAsync(new UnixDomainSocketEndPoint(socket), stop).ConfigureAwait(false);
                return new NetworkStream(connection, ownsSocket: true);
            }
            catch
            {
                connection.Dispose();
                throw;
            }
        },
    })
    {
        BaseAddress = new Uri("http://localhost"),
        Timeout = Timeout.InfiniteTimeSpan,
        MaxResponseContentBufferSize = MaxAnswerBytes,
    };
}
