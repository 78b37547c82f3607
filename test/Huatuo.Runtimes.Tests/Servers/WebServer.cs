using System.Net;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.Logging;

namespace Huatuo.Runtimes.Tests.Servers;

/// <summary>Kestrel with one handler for every request, on a Unix socket or on a loopback port.</summary>
internal sealed class WebServer : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly string? _folder;

    private WebServer(RequestDelegate handler, Action<KestrelServerOptions> listen, string? folder)
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelHttpsConfiguration().ConfigureKestrel(listen);
        _app = builder.Build();
        _app.Run(handler);
        _folder = folder;
    }

    /// <summary>The Unix socket.</summary>
    internal string Socket { get; private init; } = "";

    /// <summary>The port on loopback.</summary>
    internal IPEndPoint Address => IPEndPoint.Parse(new Uri(_app.Urls.Single()).Authority);

    /// <summary>Listens on a Unix socket.</summary>
    internal static async Task<WebServer> UnixAsync(RequestDelegate handler, HttpProtocols protocols)
    {
        string folder = Directory.CreateTempSubdirectory("huatuo-rt-").FullName;
        string socket = Path.Combine(folder, "s");
        var server = new WebServer(handler, options => options.ListenUnixSocket(socket, listen => listen.Protocols = protocols), folder) { Socket = socket };
        await server._app.StartAsync();
        return server;
    }

    /// <summary>Listens on a loopback port, with TLS when there is a certificate.</summary>
    internal static async Task<WebServer> TcpAsync(RequestDelegate handler, X509Certificate2? certificate = null, bool asksForClient = false)
    {
        var server = new WebServer(handler, options => options.Listen(IPAddress.Loopback, 0, listen =>
        {
            if (certificate is not null)
                listen.UseHttps(https =>
                {
                    https.ServerCertificate = certificate;
                    https.ClientCertificateMode = asksForClient ? ClientCertificateMode.AllowCertificate : ClientCertificateMode.NoCertificate;
                    https.AllowAnyClientCertificate();
                });
        }), null);
        await server._app.StartAsync();
        return server;
    }

    public async ValueTask DisposeAsync()
    {
        using var now = new CancellationTokenSource();
        await now.CancelAsync();
        await _app.StopAsync(now.Token);
        await _app.DisposeAsync();
        if (_folder is not null)
            Directory.Delete(_folder, recursive: true);
    }
}
