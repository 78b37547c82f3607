using System.Diagnostics.CodeAnalysis;
using System.Net.Sockets;
using Huatuo.Flow.Metrics;
using Huatuo.Http.Push;

namespace Huatuo.Http.Tests;

public sealed class HttpServerStopTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_server_that_never_started_can_be_disposed_twice()
    {
        var server = new HttpServer(new HttpOptions(), [], new AlwaysReady(), TestServer.Version, TimeProvider.System);
        await server.DisposeAsync();
        await server.DisposeAsync();
    }

    [Fact]
    public async Task After_the_stop_nothing_listens()
    {
        var server = await TestServer.StartAsync([]);
        await server.Client.GetAsync("/healthz", Cancel);
        await server.DisposeAsync();
        var error = await Assert.ThrowsAsync<SocketException>(server.ConnectAsync);
        Assert.Equal(SocketError.ConnectionRefused, error.SocketErrorCode);
    }

    [Fact]
    public async Task Idle_and_half_sent_requests_do_not_hold_up_the_stop()
    {
        var server = await TestServer.StartAsync([]);
        using var silent = await server.ConnectAsync();
        using var half = await server.ConnectAsync();
        await half.SendAsync("GET /metrics HTTP/1.1\r\nHost:"u8.ToArray(), Cancel);
        await StopAsync(server);
        Assert.Equal(0, await ReceivedAsync(silent));
    }

    [Fact]
    public async Task A_client_that_does_not_read_holds_up_neither_a_scrape_nor_the_stop()
    {
        using var rendered = new SemaphoreSlim(0);
        var server = await TestServer.StartAsync([new Source("large", writer =>
        {
            writer.Family("a", MetricKind.Gauge, "A.");
            writer.Sample(1, new Label("text", new string('x', 16 << 20)));
            rendered.Release();
        })]);
        using var slow = await server.ConnectAsync();
        await slow.SendAsync("GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n"u8.ToArray(), Cancel);
        await rendered.WaitAsync(Cancel).WaitAsync(TestServer.Guard, Cancel);
        using var other = new HttpRequestMessage(HttpMethod.Head, "/metrics");
        Assert.True((await server.Client.SendAsync(other, Cancel)).IsSuccessStatusCode);
        await StopAsync(server);
    }

    [Fact]
    public async Task A_source_that_hangs_holds_up_neither_other_paths_nor_the_stop_and_a_second_scrape_is_told()
    {
        using var entered = new SemaphoreSlim(0);
        using var release = new ManualResetEventSlim();
        var server = await TestServer.StartAsync(
            [Hanging(entered, release)],
            new HttpOptions
            {
                Listen = new System.Net.IPEndPoint(System.Net.IPAddress.Loopback, 0),
                ScrapePatience = TimeSpan.FromMilliseconds(20),
            });
        try
        {
            var hanging = server.Client.GetAsync("/metrics", Cancel);
            await entered.WaitAsync(Cancel).WaitAsync(TestServer.Guard, Cancel);
            var second = await server.Client.GetAsync("/metrics", Cancel);
            Assert.Equal(503, (int)second.StatusCode);
            Assert.Equal(
                """{"error":{"code":"scrape_busy","message":"the scrape before this one has not ended","hint":"a metric source hangs, or the scrapes are too many"}}""",
                await second.Content.ReadAsStringAsync(Cancel));
            Assert.Equal(204, (int)(await server.Client.GetAsync("/healthz", Cancel)).StatusCode);
            await server.Server.DisposeAsync().AsTask().WaitAsync(TestServer.Guard, Cancel);
            await Assert.ThrowsAsync<HttpRequestException>(() => hanging);
        }
        finally
        {
            release.Set();
            server.Client.Dispose();
        }
    }

    [Fact]
    public async Task A_source_that_hangs_in_a_push_does_not_hold_up_the_stop()
    {
        using var entered = new SemaphoreSlim(0);
        using var release = new ManualResetEventSlim();
        var server = await TestServer.StartAsync(
            [Hanging(entered, release)],
            new HttpOptions
            {
                Listen = new System.Net.IPEndPoint(System.Net.IPAddress.Loopback, 0),
                Push = new OtlpPushOptions { Endpoint = "http://127.0.0.1:1/v1/metrics", Interval = TimeSpan.FromMilliseconds(20) },
            });
        try
        {
            await entered.WaitAsync(Cancel).WaitAsync(TestServer.Guard, Cancel);
            await StopAsync(server);
        }
        finally
        {
            release.Set();
        }
    }

    private static Source Hanging(SemaphoreSlim entered, ManualResetEventSlim release) => new("hanging", _ =>
    {
        entered.Release();
        release.Wait();
    });

    // A connection that is still open at the end of the grace is cut: the client is told by an end or by a reset.
    private static async Task<int> ReceivedAsync(Socket socket)
    {
        try
        {
            return await socket.ReceiveAsync(new byte[1], Cancel);
        }
        catch (SocketException cut) when (cut.SocketErrorCode == SocketError.ConnectionReset)
        {
            return 0;
        }
    }

    private static Task StopAsync(TestServer server) => server.DisposeAsync().AsTask().WaitAsync(TestServer.Guard, Cancel);

    private sealed class AlwaysReady : IReadiness
    {
        public bool IsReady([NotNullWhen(false)] out string? reason)
        {
            reason = null;
            return true;
        }
    }
}
