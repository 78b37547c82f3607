using System.Net;
using System.Net.Sockets;
using Huatuo.Flow.Metrics;
using Huatuo.Http.Api;
using Huatuo.Http.Exposition;
using Huatuo.Http.Push;
using Huatuo.Http.Resources;
using Huatuo.Http.Routing;
using Huatuo.Http.Tls;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace Huatuo.Http;

/// <summary>
/// Serves <c>/metrics</c>, <c>/healthz</c>, <c>/readyz</c> and <c>/version</c> over HTTP/1.1 on one address, in the clear or over
/// TLS, the API there and on a Unix socket, and pushes the metrics where they are asked to go.
/// </summary>
/// <remarks>
/// Kestrel alone, without a host, a container, a router or configuration around it: that starts fastest, and leaves
/// nothing through which the environment could change what is served or where. Of a request to what is open to all,
/// nothing but its method, path and <c>Accept</c> is looked at; all else passes the <see cref="Security.Gate"/>.
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
    private readonly RouteTable _routes;
    private readonly ApiRoutes? _api;
    private readonly ApiSources? _sources;
    private readonly KestrelServerOptions _configuration;
    private readonly KestrelServer _server;
    private readonly PushCounts _pushes = new();
    private readonly Action<string, Exception>? _failed;
    private readonly TlsListener? _tls;
    private OtlpPush? _push;
    private ListenOptions? _listener;
    private UnixSocket? _unix;
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
    /// <param name="api">What the API shows and steers; null for no API.</param>
    public HttpServer(
        HttpOptions options,
        IReadOnlyList<IMetricSource> sources,
        IReadiness readiness,
        VersionInfo version,
        TimeProvider time,
        Action<string, Exception>? failed = null,
        ApiSources? api = null)
    {
        _options = options;
        _sources = api;
        _api = api is null ? null : new ApiRoutes(api, readiness, time);
        _time = time;
        var requests = new RequestCounts();
        _failed = failed;
        if (options.Tls is { IsOn: true } tls)
            _tls = new TlsListener(tls, time, api?.Warn ?? (_ => { }));
        var resource = new OtlpResource(
            version.Version, [new Label("service.name", "huatuo"), new Label("service.version", version.Version), .. options.PushAttributes]);
        IMetricSource[] own = [.. Present(options.Push is null ? null : _pushes), .. Present(_api?.Metrics), .. Present(_tls?.Counts)];
        _scrape = new Scrape([.. sources, .. own], requests, options.ScrapePatience, time, failed, resource, options.Upstream, options.ShowsUpstream);
        Metrics = [.. own, _scrape.Metrics];
        IResource[] open = [new MetricsResource(_scrape), new HealthResource(), new ReadyResource(readiness), new VersionResource(version)];
        Routes = [.. open.SelectMany(resource => resource.Routes), .. _api?.Routes ?? []];
        _routes = new RouteTable(Routes, _api?.Gate, requests, failed);
        _configuration = Configure();
        _server = new KestrelServer(
            Options.Create(_configuration),
            new SocketTransportFactory(Options.Create(new SocketTransportOptions { CreateBoundListenSocket = Bind }), NullLoggerFactory.Instance),
            NullLoggerFactory.Instance);
    }

    /// <summary>The address that the server listens on, with the port that the kernel chose when 0 was asked for.</summary>
    public IPEndPoint Endpoint => _listener?.IPEndPoint ?? _options.Listen;

    /// <summary>Whether it speaks TLS there.</summary>
    public bool IsSecure => _tls is not null;

    /// <summary>What the page tells of the server itself; each may be written beside a scrape.</summary>
    public IReadOnlyList<IMetricSource> Metrics { get; }

    /// <summary>What it serves.</summary>
    internal IReadOnlyList<Route> Routes { get; }

    /// <summary>Starts to listen; once, and before it is disposed.</summary>
    /// <param name="cancel">Gives up.</param>
    /// <exception cref="ListenException">The address cannot be listened on.</exception>
    /// <exception cref="TlsException">A file of the section <c>tls</c> cannot be used.</exception>
    public async Task StartAsync(CancellationToken cancel)
    {
        _tls?.Open();
        ListenToRoot();
        try
        {
            _api?.Begin();
            await _server.StartAsync(_routes, cancel).ConfigureAwait(false);
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
        Task pushed = _push?.DisposeAsync().AsTask() ?? Task.CompletedTask;
        _api?.Stop();
        using var grace = new CancellationTokenSource(StopGrace, _time);
        try
        {
            await Task.WhenAll(pushed, _server.StopAsync(grace.Token)).WaitAsync(StopBudget, _time).ConfigureAwait(false);
            _scrape.Dispose();
        }
        catch (TimeoutException)
        {
            // A source hangs inside a request or a push. Its thread cannot be ended; its connection is already cut.
        }
        _unix?.Dispose();
        if (_api is not null)
            await _api.DisposeAsync().ConfigureAwait(false);
    }

    // Without it the agent goes on: what root may do there, a token may do as well.
    private void ListenToRoot()
    {
        if (_sources?.Options().Socket is not { Length: > 0 } path)
            return;
        _unix = UnixSocket.TryBind(path, out string why);
        if (_unix is null)
            _sources.Warn($"cannot listen on {path}: {why}; root needs a token");
        else
            _configuration.Listen(_unix.Endpoint, listener => listener.Protocols = HttpProtocols.Http1);
    }

    private static IEnumerable<IMetricSource> Present(IMetricSource? source) => source is null ? [] : [source];

    private Socket Bind(EndPoint endpoint) => endpoint is UnixDomainSocketEndPoint
        ? _unix!.Socket
        : SocketTransportOptions.CreateDefaultBoundListenSocket(endpoint);

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
        // Kestrel's own, of 240 bytes a second, lets one client hold a connection and a page for hours.
        options.Limits.MinResponseDataRate = new MinDataRate(_options.LeastRate, _options.RateGrace);
        options.Listen(_options.Listen, listener =>
        {
            listener.Protocols = HttpProtocols.Http1;
            if (_tls is not null)
                listener.Use(next => connection => _tls.ServeAsync(connection, next));
            _listener = listener;
        });
        return options;
    }
}
