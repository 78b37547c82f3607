using System.Net;
using Huatuo.Flow.Metrics;
using Huatuo.Http.Push;
using Microsoft.AspNetCore.Http;

namespace Huatuo.Http.Tests.Push;

public sealed class OtlpPushTests
{
    private const string Delivered = """huatuo_otlp_pushes_total{result="delivered"}""";
    private const string Failed = """huatuo_otlp_pushes_total{result="failed"}""";
    private const string Rejected = "huatuo_otlp_rejected_points_total";

    [Fact]
    public async Task The_metrics_are_pushed_again_and_again()
    {
        await using Receiver receiver = await Receiver.StartAsync();
        await using TestServer server = await PushTo(receiver.Url);
        Received first = await receiver.NextAsync();
        Assert.Equal(("POST /v1/metrics", "application/x-protobuf", "Bearer secret"), (first.Request, first.ContentType, first.Authorization));
        Assert.NotEqual(-1, first.Body.AsSpan().IndexOf("test_level"u8));
        Assert.NotEqual(-1, first.Body.AsSpan().IndexOf("host.name"u8));
        await receiver.NextAsync();
        Assert.True(await CountAsync(server, Delivered) >= 1);
        Assert.Equal(0, await CountAsync(server, Failed));
        Assert.Empty(server.Failures);
    }

    [Fact]
    public async Task What_a_receiver_leaves_out_is_counted()
    {
        await using Receiver receiver = await Receiver.StartAsync();
        receiver.Answer = context => context.Response.Body.WriteAsync(new byte[] { 0x0a, 0x05, 0x08, 0x07, 0x12, 0x01, (byte)'x' }).AsTask();
        await using TestServer server = await PushTo(receiver.Url);
        await receiver.NextAsync();
        await receiver.NextAsync();
        Assert.Equal(0, await CountAsync(server, Rejected) % 7);
        Assert.True(await CountAsync(server, Rejected) >= 7);
    }

    [Fact]
    public async Task A_receiver_that_refuses_is_counted_told_once_and_asked_again()
    {
        await using Receiver receiver = await Receiver.StartAsync();
        receiver.Answer = context =>
        {
            context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
            return Task.CompletedTask;
        };
        await using TestServer server = await PushTo(receiver.Url);
        await receiver.NextAsync();
        await receiver.NextAsync();
        await receiver.NextAsync();
        Assert.True(await CountAsync(server, Failed) >= 2);
        Assert.Contains("503", Assert.Single(server.Failures), StringComparison.Ordinal);
        receiver.Answer = _ => Task.CompletedTask;
        while (await CountAsync(server, Delivered) == 0)
            await receiver.NextAsync();
    }

    [Fact]
    public async Task A_receiver_that_never_answers_holds_up_neither_scrapes_nor_the_stop()
    {
        await using Receiver receiver = await Receiver.StartAsync();
        receiver.Answer = context => Task.Delay(Timeout.Infinite, context.RequestAborted);
        TestServer server = await PushTo(receiver.Url);
        await receiver.NextAsync();
        Assert.Equal(0, await CountAsync(server, Delivered));
        await server.DisposeAsync().AsTask().WaitAsync(TestServer.Guard, TestContext.Current.CancellationToken);
    }

    [Fact]
    public void Random_replies_reject_nothing_that_hurts()
    {
        var random = new Random(20261126);
        for (int round = 0; round < 20_000; round++)
        {
            var reply = new byte[random.Next(24)];
            random.NextBytes(reply);
            Assert.True(OtlpReply.RejectedPoints(reply) >= 0);
        }
    }

    private static Task<TestServer> PushTo(string url) => TestServer.StartAsync(
        [Source.AllKinds],
        new HttpOptions
        {
            Listen = new IPEndPoint(IPAddress.Loopback, 0),
            Push = new OtlpPushOptions { Endpoint = url, Interval = TimeSpan.FromMilliseconds(20), Authorization = "Bearer secret" },
            PushAttributes = [new Label("host.name", "n1")],
        });

    private static async Task<long> CountAsync(TestServer server, string series)
    {
        string page = await server.Client.GetStringAsync("/metrics", TestContext.Current.CancellationToken);
        return long.Parse(page.Split('\n').Single(line => line.StartsWith(series + " ", StringComparison.Ordinal))[(series.Length + 1)..], System.Globalization.CultureInfo.InvariantCulture);
    }
}
