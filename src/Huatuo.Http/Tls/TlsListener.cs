using System.IO.Pipelines;
using System.Net.Security;
using System.Security.Authentication;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http.Features;

namespace Huatuo.Http.Tls;

/// <summary>Speaks TLS on connections before HTTP is spoken on them, and counts those where that failed.</summary>
/// <remarks>Kestrel's own needs a host with a container around it, which this server does without.</remarks>
internal sealed class TlsListener
{
    private static readonly TimeSpan HandshakeLimit = TimeSpan.FromSeconds(10);

    private readonly TlsOptions _options;
    private readonly TimeProvider _time;
    private readonly Action<string> _warn;
    private TlsIdentity? _identity;

    /// <summary>Creates a listener; <see cref="Open"/> comes before the first connection.</summary>
    /// <param name="options">Where the server's certificate is.</param>
    /// <param name="time">Bounds handshakes.</param>
    /// <param name="warn">Told why a renewed certificate is not taken.</param>
    public TlsListener(TlsOptions options, TimeProvider time, Action<string> warn)
    {
        _options = options;
        _time = time;
        _warn = warn;
        Counts = new TlsCounts(() => _identity?.NotAfter ?? DateTime.UnixEpoch);
    }

    /// <summary>What became of its clients.</summary>
    public TlsCounts Counts { get; }

    /// <summary>Reads the certificate; before the first connection.</summary>
    /// <exception cref="TlsException">It cannot be used.</exception>
    public void Open() => _identity = new TlsIdentity(_options, _time, _warn);

    /// <summary>Serves one connection; returns when it has ended.</summary>
    /// <param name="connection">The connection.</param>
    /// <param name="next">What speaks on it then.</param>
    public async Task ServeAsync(ConnectionContext connection, ConnectionDelegate next)
    {
        IDuplexPipe plain = connection.Transport;
        var stream = new SslStream(new TransportStream(plain));
        await using (stream.ConfigureAwait(false))
        {
            if (!await ShakeHandsAsync(stream, connection.ConnectionClosed).ConfigureAwait(false))
                return;
            var secure = new TlsConnection(stream);
            connection.Features.Set<ITlsConnectionFeature>(secure);
            connection.Transport = secure;
            try
            {
                await next(connection).ConfigureAwait(false);
                await secure.CompleteAsync().ConfigureAwait(false);
            }
            finally
            {
                connection.Transport = plain;
            }
        }
    }

    private async Task<bool> ShakeHandsAsync(SslStream stream, CancellationToken closed)
    {
        using var limit = new CancellationTokenSource(HandshakeLimit, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, closed);
        try
        {
            await stream.AuthenticateAsServerAsync(_identity!.Current(), either.Token).ConfigureAwait(false);
        }
        catch (Exception fault) when (fault is AuthenticationException or IOException or OperationCanceledException)
        {
            Counts.Failed();
            return false;
        }
        Counts.Done();
        return true;
    }
}
