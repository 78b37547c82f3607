using System.IO.Pipelines;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Http.Features;

namespace Huatuo.Http.Tls;

/// <summary>A connection on which TLS is spoken, as HTTP sees it.</summary>
/// <param name="stream">After its handshake; not disposed here.</param>
internal sealed class TlsConnection(SslStream stream) : IDuplexPipe, ITlsConnectionFeature
{
    /// <inheritdoc/>
    public PipeReader Input { get; } = PipeReader.Create(stream, new StreamPipeReaderOptions(leaveOpen: true));

    /// <inheritdoc/>
    public PipeWriter Output { get; } = PipeWriter.Create(stream, new StreamPipeWriterOptions(leaveOpen: true));

    /// <inheritdoc/>
    public X509Certificate2? ClientCertificate { get; set; } = stream.RemoteCertificate as X509Certificate2;

    /// <inheritdoc/>
    public Task<X509Certificate2?> GetClientCertificateAsync(CancellationToken cancellationToken) => Task.FromResult(ClientCertificate);

    /// <summary>Sends what is written, and gives the buffers back.</summary>
    public async ValueTask CompleteAsync()
    {
        await Input.CompleteAsync().ConfigureAwait(false);
        await Output.CompleteAsync().ConfigureAwait(false);
    }
}
