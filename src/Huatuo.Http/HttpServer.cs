using System.Net;
using System.Net.Sockets;
using Huatuo.Flow.Metrics;
using Huatuo.Http.Exposition;
using Huatuo.Http.Push;
using Huatuo.Http.Resources;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace Huatuo.Http;

/// <summary>
/// Serves <c>/metrics</c>, <c>/healthz</c>, <c>/readyz</c> and <c>/version</c> over HTTP/1.1 on one address, and pushes the
/// metrics where they are asked to go.
/// </summary>
/// <remarks>
/// Kestrel alone, without a host, a container, a router or configuration around it: that starts fastest, and leaves
/// nothing through which the environment could change what is served or where. No request can change anything, and
/// nothing in a request but its method, path and <c>Accept</c> is looked at.
/// </remarks>
public sealed class HttpServer : IAsyncDisposable
{
    /// <summary>What requests under way get before their connections are cut.</summary>
    private static readonly TimeSpan StopGrace = TimeSpan.FromMilliseconds(400);

    /// <summary>What the whole stop may take, also when a source hangs.</summary>
    private static readonly TimeSpan StopBudget = TimeSpan.FromMilliseconds(900);

    private readonly HttpOptions _options;
    private readonly TimeProvider _time;
    private readonly Scrape _scrape;
    private readonly ResourceTable _resources;
    private readonly KestrelServer _server;
    private readonly PushCounts _pushes = new();
    private readonly Action<string, Exception>? _failed;
    private OtlpPush? _push;
    private ListenOptions? _listener;
    private bool _disposed;

    /// <summary>Prepares a server; nothing listens before <see cref="StartAsync"/>.</summary>
    /// <param name="options">The address and the bounds.</param>
    /// <param name="sources">What <c>/metrics</c> shows, in this order; not disposed here.</param>
    /// <param name="readiness">What <c>/readyz</c> answers.</param>
    /// <param name="version">What <c>/version</c> answers.</param>
    /// <param name="time">Measures scrapes and bounds the stop.</param>
    /// <param name="failed">
    /// Told the name and the error when a source fails that did not fail in the scrape before, and the path and the
    /// error when a request fails. Called from any thread, also during a scrape.
    /// </param>
    public HttpServer(
        HttpOptions options,
        IReadOnlyList<IMetricSource> sources,
        IReadiness readiness,
        VersionInfo version,
        TimeProvider time,
        Action<string, Exception>? failed = null)
    {
        _options = options;
        _time = time;
        var requests = new RequestCounts();
        _failed = failed;
        var resource = new OtlpResource(
            version.Version, [new Label("service.name", "huatuo"), new Label("service.version", version.Version), .. options.PushAttributes]);
        IEnumerable<IMetricSource> all = options.Push is null ? sources : [.. sources, _pushes];
        _scrape = new Scrape(all, requests, options.ScrapePatience, time, failed, resource, options.Upstream);
        _resources = new ResourceTable(
            [new MetricsResource(_scrape), new HealthResource(), new ReadyResource(readiness), new VersionResource(version)],
            requests,
            failed);
        _server = new KestrelServer(
            Options.Create(Configure()),
            new SocketTransportFactory(Options.Create(new SocketTransportOptions()), NullLoggerFactory.Instance),
            NullLoggerFactory.Instance);
    }

    /// <summary>The address that the server listens on, with the port that the kernel chose when 0 was asked for.</summary>
    public IPEndPoint Endpoint => _listener?.IPEndPoint ?? _options.Listen;

    /// <summary>Starts to listen; once, and before it is disposed.</summary>
    /// <param name="cancel">Gives up.</param>
    /// <exception cref="ListenException">The address cannot be listened on.</exception>
    public async Task StartAsync(CancellationToken cancel)
    {
        try
        {
            await _server.StartAsync(_resources, cancel).ConfigureAwait(false);
        }
        catch (Exception error) when (error is IOException or SocketException)
        {
            throw new ListenException(_options.Listen, error);
        }

        if (_options.Push is { } push)
            _push = new OtlpPush(push, _scrape, _pushes, _time, _failed);
    }

    /// <summary>
    /// Stops to listen at once, lets requests under way end, cuts those that do not, and is done within a second.
    /// </summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, true))
            return;
        if (_push is not null)
            await _push.DisposeAsync().ConfigureAwait(false);
        using var grace = new CancellationTokenSource(StopGrace, _time);
        try
        {
            await _server.StopAsync(grace.Token).WaitAsync(StopBudget, _time).ConfigureAwait(false);
            _scrape.Dispose();
        }
        catch (TimeoutException)
        {
            // A source hangs inside a request. Its thread cannot be ended; its connection is already cut.
        }
    }

    private KestrelServerOptions Configure()
    {
        var options = new KestrelServerOptions { AddServerHeader = false };
        options.Limits.MaxConcurrentConnections = 64;
        options.Limits.MaxConcurrentUpgradedConnections = 0;
        options.Limits.MaxRequestHeadersTotalSize = 8 << 10;
        options.Limits.MaxRequestHeaderCount = 64;
        options.Limits.MaxRequestLineSize = 4 << 10;
        options.Limits.MaxRequestBufferSize = 16 << 10;
        options.Limits.MaxRequestBodySize = 0;
        options.Limits.RequestHeadersTimeout = TimeSpan.FromSeconds(10);
        options.Limits.KeepAliveTimeout = TimeSpan.FromSeconds(10);
        options.Listen(_options.Listen, listener =>
        {
            listener.Protocols = HttpProtocols.Http1;
            _listener = listener;
        });
        return options;
    }
}
