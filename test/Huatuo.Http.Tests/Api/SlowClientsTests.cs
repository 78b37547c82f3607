using System.Net.Sockets;
using Huatuo.Flow.Metrics;
using Huatuo.Http.Security;
using Microsoft.Extensions.Time.Testing;

namespace Huatuo.Http.Tests.Api;

/// <summary>Clients that take all connections there are, and next to nothing of what they asked for.</summary>
[Collection(RandomRequestsTests.MeasuresMemory)]
public sealed class SlowClientsTests
{
    private const int Connections = 64;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Those_who_read_too_slowly_are_cut_and_a_stream_that_was_slow_before_them_is_not()
    {
        using var rendered = new SemaphoreSlim(0);
        // Each page is more than the sockets of one client hold.
        var large = new Source("large", writer =>
        {
            writer.Family("a", MetricKind.Gauge, "A.");
            writer.Sample(1, new Label("text", new string('x', 3 << 20)));
            rendered.Release();
        });
        // The patience with a stream is of this time, which stands still; the rate is of the machine's.
        await using ApiStand stand = await ApiStand.StartAsync(
            time: new FakeTimeProvider(), http: new HttpOptions { LeastRate = 1L << 40, RateGrace = TimeSpan.FromSeconds(1.1) }, sources: [large]);
        // More than the buffers of two sockets and of the server hold.
        string[] stored = await stand.StoreAsync(200, fields: $"\"text\":\"{new string('x', 100_000)}\"");
        using EventStream stream = await EventStream.OpenAsync(stand, "?replay=true", stand.Token(Scope.Read));
        var slow = new List<Socket>();
        try
        {
            for (int i = 1; i < Connections; i++)
            {
                var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { ReceiveBufferSize = 4096 };
                slow.Add(socket);
                await socket.ConnectAsync(stand.Server.Endpoint, Cancel);
                await socket.SendAsync("GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n"u8.ToArray(), Cancel);
            }
            for (int i = 1; i < Connections; i++)
                Assert.True(await rendered.WaitAsync(TestServer.Guard, Cancel));
            await AnsweredAsync(stand.Client).WaitAsync(TestServer.Guard, Cancel);
            foreach (string document in stored)
                Assert.Equal(ApiStand.Id(document), (await stream.DataAsync()).GetProperty("id").GetString());
        }
        finally
        {
            slow.ForEach(socket => socket.Dispose());
        }
        Assert.Empty(stand.Failures);
    }

    // A connection beyond the bound is closed without an answer.
    private static async Task AnsweredAsync(HttpClient client)
    {
        while (true)
        {
            try
            {
                using HttpResponseMessage answer = await client.GetAsync("/healthz", Cancel);
                return;
            }
            catch (HttpRequestException)
            {
                await Task.Delay(20, Cancel);
            }
        }
    }
}
