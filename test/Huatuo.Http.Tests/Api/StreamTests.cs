using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Huatuo.Http.Api;
using Huatuo.Http.Security;
using Microsoft.Extensions.Time.Testing;

namespace Huatuo.Http.Tests.Api;

public sealed class StreamTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Events_come_whole_in_their_envelope_as_they_are_stored()
    {
        await using ApiStand stand = await ApiStand.StartAsync();
        await stand.StoreAsync(3);
        using EventStream stream = await EventStream.OpenAsync(stand, "?where=n%3E0", stand.Token(Scope.Read));
        Assert.Equal([": connected"], await stream.NextAsync());
        string[] stored = await stand.StoreAsync(3);
        foreach (string document in stored[1..])
        {
            JsonElement parsed = JsonElement.Parse(document);
            Assert.Equal(
                $$"""{"specversion":"1.0","id":"{{ApiStand.Id(document)}}","source":"/huatuo/vm/runs","type":"tech.huatuo.kernel.event","datacontenttype":"application/json","time":"{{parsed.GetProperty("observed_timestamp").GetString()}}","data":{{document}}}""",
                (await stream.DataAsync()).GetRawText());
        }
        string page = await stand.Client.GetStringAsync("/metrics", Cancel);
        Assert.Contains("\nhuatuo_stream_clients 1\n", page, StringComparison.Ordinal);
        Assert.Contains("\nhuatuo_stream_events_total 2\n", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_client_that_comes_back_gets_what_it_missed_and_nothing_twice()
    {
        await using ApiStand stand = await ApiStand.StartAsync();
        string token = stand.Token(Scope.Read);
        string[] stored = await stand.StoreAsync(50);
        string last = ApiStand.Id(stored[9]);
        for (int i = 10; i < stored.Length;)
        {
            // Some by the header, some by the parameter.
            using EventStream stream = await EventStream.OpenAsync(stand, i % 2 == 0 ? "" : "?after=" + last, token, i % 2 == 0 ? last : null);
            for (int end = Math.Min(i + 7, stored.Length); i < end; i++)
            {
                last = (await stream.DataAsync()).GetProperty("id").GetString()!;
                Assert.Equal(ApiStand.Id(stored[i]), last);
            }
        }
        using EventStream all = await EventStream.OpenAsync(stand, "?replay=true", token);
        foreach (string document in stored)
            Assert.Equal(ApiStand.Id(document), (await all.DataAsync()).GetProperty("id").GetString());
    }

    [Fact]
    public async Task An_event_that_is_not_stored_any_more_is_told_as_a_gap()
    {
        await using ApiStand stand = await ApiStand.StartAsync();
        string[] stored = await stand.StoreAsync(2);
        using EventStream stream = await EventStream.OpenAsync(stand, "", stand.Token(Scope.Read), "00000000-0000-7000-8000-000000000000");
        Assert.Equal(["event: gap", "data: {}"], await stream.NextAsync());
        Assert.Equal(ApiStand.Id(stored[0]), (await stream.DataAsync()).GetProperty("id").GetString());
        await stand.GetAsync("/api/v1/events/stream?after=5", 400);
    }

    [Fact]
    public async Task Events_that_are_dropped_before_they_are_sent_are_told_as_a_gap()
    {
        // The stream looks for events when this time goes on.
        var time = new FakeTimeProvider();
        await using ApiStand stand = await ApiStand.StartAsync(time: time);
        await stand.StoreAsync(1);
        using EventStream stream = await EventStream.OpenAsync(stand, "", stand.Token(Scope.Read));
        Assert.Equal([": connected"], await stream.NextAsync());
        stand.Bound(1 << 20);
        string fields = $"\"text\":\"{new string('x', 100_000)}\"";
        string[] stored = [.. await stand.StoreAsync(1, fields: fields), .. await stand.StoreAsync(30, fields: fields)];
        Task<string[]> next = stream.NextAsync();
        while (!next.IsCompleted)
        {
            time.Advance(TimeSpan.FromMilliseconds(200));
            await Task.WhenAny(next, Task.Delay(5, Cancel));
        }
        Assert.Equal(["event: gap", "data: {}"], await next);
        string first = (await stream.DataAsync()).GetProperty("id").GetString()!;
        Assert.Contains(first, stored[1..].Select(ApiStand.Id));
        for (int i = Array.FindIndex(stored, document => ApiStand.Id(document) == first) + 1; i < stored.Length; i++)
            Assert.Equal(ApiStand.Id(stored[i]), (await stream.DataAsync()).GetProperty("id").GetString());
    }

    [Fact]
    public async Task Without_events_a_comment_comes_now_and_then()
    {
        var time = new FakeTimeProvider();
        await using ApiStand stand = await ApiStand.StartAsync(time: time);
        using EventStream stream = await EventStream.OpenAsync(stand, "", stand.Token(Scope.Read));
        Assert.Equal([": connected"], await stream.NextAsync());
        for (int i = 0; i < 2; i++)
        {
            Task<string[]> next = stream.NextAsync();
            while (!next.IsCompleted)
            {
                // Slowly, so that what is sent is not taken for unread.
                time.Advance(TimeSpan.FromSeconds(1));
                await Task.WhenAny(next, Task.Delay(50, Cancel));
            }
            Assert.Equal([": ping"], await next);
        }
    }

    [Fact]
    public async Task More_streams_than_allowed_are_refused_and_places_come_back()
    {
        await using ApiStand stand = await ApiStand.StartAsync(new ApiOptions { MaxStreams = 2 });
        string token = stand.Token(Scope.Read);
        using EventStream first = await EventStream.OpenAsync(stand, "", token);
        using (EventStream second = await EventStream.OpenAsync(stand, "", token))
        {
            JsonElement error = (await stand.GetAsync("/api/v1/events/stream", 429)).GetProperty("error");
            Assert.Equal("too_many_streams", error.GetProperty("code").GetString());
        }
        while (!(await stand.Client.GetStringAsync("/metrics", Cancel)).Contains("\nhuatuo_stream_clients 1\n", StringComparison.Ordinal))
            await Task.Delay(5, Cancel);
        using EventStream third = await EventStream.OpenAsync(stand, "", token);
        stand.Options.MaxStreams = 3;
        using EventStream fourth = await EventStream.OpenAsync(stand, "", token);
        Assert.Contains("\nhuatuo_stream_clients_refused_total 1\n", await stand.Client.GetStringAsync("/metrics", Cancel), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_client_that_does_not_read_is_dropped_and_counted_and_the_others_go_on()
    {
        var time = new FakeTimeProvider();
        await using ApiStand stand = await ApiStand.StartAsync(time: time);
        string token = stand.Token(Scope.Read);
        // More than the buffers of two sockets and of the server hold.
        string[] stored = await stand.StoreAsync(200, fields: $"\"text\":\"{new string('x', 100_000)}\"");
        using Socket slow = new(SocketType.Stream, ProtocolType.Tcp) { ReceiveBufferSize = 4096 };
        await slow.ConnectAsync(stand.Server.Endpoint, Cancel);
        await slow.SendAsync(Encoding.ASCII.GetBytes($"GET /api/v1/events/stream?replay=true HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token}\r\n\r\n"), Cancel);
        string page = "";
        while (!page.Contains("\nhuatuo_stream_clients_dropped_total 1\n", StringComparison.Ordinal))
        {
            time.Advance(TimeSpan.FromMilliseconds(200));
            await Task.Delay(5, Cancel);
            page = await stand.Client.GetStringAsync("/metrics", Cancel);
        }
        Assert.Contains("\nhuatuo_stream_clients 0\n", page, StringComparison.Ordinal);
        using EventStream quick = await EventStream.OpenAsync(stand, "?replay=true", token);
        foreach (string document in stored)
            Assert.Equal(ApiStand.Id(document), (await quick.DataAsync()).GetProperty("id").GetString());
        Assert.Empty(stand.Failures);
    }

    [Fact]
    public async Task The_end_of_the_server_ends_streams_at_once()
    {
        ApiStand stand = await ApiStand.StartAsync();
        using EventStream stream = await EventStream.OpenAsync(stand, "", stand.Token(Scope.Read));
        Assert.Equal([": connected"], await stream.NextAsync());
        Task<string[]> next = stream.NextAsync();
        await stand.DisposeAsync();
        // The whole body has come, it was not cut.
        Assert.Empty(await next);
        Assert.False(File.Exists(stand.Options.Socket));
    }
}
