using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using Huatuo.Http.Tls;
using Microsoft.Extensions.Time.Testing;

namespace Huatuo.Http.Tests.Tls;

/// <summary>A server that speaks TLS, with its files.</summary>
internal sealed class TlsStand : IAsyncDisposable, IReadiness
{
    private readonly string _folder = Directory.CreateTempSubdirectory("huatuo-tls-").FullName;

    public TlsStand() => Options = new TlsOptions { Certificate = Path.Combine(_folder, "server.crt"), Key = Path.Combine(_folder, "server.key") };

    public TestAuthority Authority { get; } = new("servers");

    public TlsOptions Options { get; }

    public FakeTimeProvider Time { get; } = new();

    public HttpServer? Server { get; private set; }

    public string ClientCa => Path.Combine(_folder, "clients.crt");

    public async Task StartAsync(IReadOnlyList<Flow.Metrics.IMetricSource>? sources = null)
    {
        Server = new HttpServer(new HttpOptions { Listen = new IPEndPoint(IPAddress.Loopback, 0), Tls = Options }, sources ?? [], this, TestServer.Version, Time);
        await Server.StartAsync(TestContext.Current.CancellationToken);
    }

    public void Write((string Certificate, string Key) server)
    {
        File.WriteAllText(Options.Certificate, server.Certificate);
        File.WriteAllText(Options.Key, server.Key);
    }

    /// <summary>A client that makes a connection of its own.</summary>
    public HttpClient Client(TestAuthority trusted, (string Certificate, string Key)? own = null, ConcurrentQueue<X509Certificate2>? seen = null)
    {
        var tls = new SslClientAuthenticationOptions { CertificateChainPolicy = trusted.Trust() };
        if (own is { } pair)
            tls.ClientCertificates = [X509Certificate2.CreateFromPem(pair.Certificate, pair.Key)];
        if (seen is not null)
        {
            tls.RemoteCertificateValidationCallback = (_, certificate, _, errors) =>
            {
                seen.Enqueue(new X509Certificate2(certificate!));
                return errors == SslPolicyErrors.None;
            };
        }
        return new HttpClient(new SocketsHttpHandler { UseProxy = false, SslOptions = tls })
        {
            BaseAddress = new Uri($"https://{Server!.Endpoint}"),
            Timeout = TestServer.Guard,
        };
    }

    public bool IsReady([NotNullWhen(false)] out string? reason) => (reason = null) is null;

    public async ValueTask DisposeAsync()
    {
        if (Server is not null)
            await Server.DisposeAsync();
        Authority.Dispose();
        Directory.Delete(_folder, recursive: true);
    }
}
