using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Net.Sockets;
using Huatuo.Flow.Metrics;
using Huatuo.Http.Sources;
using Huatuo.Linux.Proc;

namespace Huatuo.Http.Tests;

/// <summary>A real server on a free port of the loopback address, and a client to it.</summary>
internal sealed class TestServer : IAsyncDisposable, IReadiness
{
    /// <summary>A guard against a hang, far beyond what anything here takes.</summary>
    public static readonly TimeSpan Guard = TimeSpan.FromMinutes(3);

    public static readonly VersionInfo Version = new("1.2.3", "abcdef0", "10.0.1", "jit", "6.1.0-test");

    private TestServer(IReadOnlyList<IMetricSource> sources, HttpOptions? options)
    {
        Server = new HttpServer(
            options ?? new HttpOptions { Listen = new IPEndPoint(IPAddress.Loopback, 0) },
            sources,
            this,
            Version,
            TimeProvider.System,
            (name, error) => Failures.Enqueue($"{name}: {error.Message}"));
        Client = new HttpClient(new SocketsHttpHandler { UseProxy = false });
    }

    public HttpServer Server { get; }

    public HttpClient Client { get; }

    public System.Collections.Concurrent.ConcurrentQueue<string> Failures { get; } = [];

    public string? NotReady { get; set; }

    public static async Task<TestServer> StartAsync(IReadOnlyList<IMetricSource> sources, HttpOptions? options = null)
    {
        var server = new TestServer(sources, options);
        await server.Server.StartAsync(TestContext.Current.CancellationToken);
        server.Client.BaseAddress = new Uri($"http://{server.Server.Endpoint}");
        return server;
    }

    /// <summary>The sources that live beside the server.</summary>
    public static IReadOnlyList<IMetricSource> OwnSources() =>
    [
        new BuildInfoSource(Version),
        new ProcessSource((out sample) =>
        {
            sample = new SelfSample(1.25, 7, 4096, 8192, 12, 1024, 1700000000.5);
            return true;
        }),
    ];

    public async Task<Socket> ConnectAsync()
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(Server.Endpoint, TestContext.Current.CancellationToken);
        return socket;
    }

    public bool IsReady([NotNullWhen(false)] out string? reason) => (reason = NotReady) is null;

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await Server.DisposeAsync();
    }
}
