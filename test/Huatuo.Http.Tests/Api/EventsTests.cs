using System.Text.Json;
using Huatuo.Http.Security;

namespace Huatuo.Http.Tests.Api;

public sealed class EventsTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Pages_give_every_event_once_the_newest_first_byte_for_byte()
    {
        await using ApiStand stand = await ApiStand.StartAsync();
        string[] stored = await stand.StoreAsync(25);
        List<string> found = [];
        string next = "/api/v1/events?limit=10";
        for (string? path = next; path is not null;)
        {
            using HttpResponseMessage answer = await stand.SendAsync("GET", path, stand.Token(Scope.Read));
            string text = await answer.Content.ReadAsStringAsync(Cancel);
            JsonElement page = JsonElement.Parse(text);
            found.AddRange(page.GetProperty("items").EnumerateArray().Select(item => item.GetRawText()));
            path = page.TryGetProperty("next_cursor", out JsonElement cursor) ? $"{next}&cursor={cursor.GetString()}" : null;
        }
        Assert.Equal(stored.Reverse(), found);
    }

    [Fact]
    public async Task Conditions_are_those_of_the_command()
    {
        await using ApiStand stand = await ApiStand.StartAsync();
        string[] all = await stand.StoreAsync(3);
        string[] others = await stand.StoreAsync(2, "off", """
            "comm":"nginx","layers":{"tcp":{"dport":443}},"stack":"tcp_v4_rcv+0x1\nip_rcv+0x2"
            """);
        Assert.Equal(others.Reverse(), await FindAsync(stand, "tracer=off"));
        Assert.Equal(others.Reverse(), await FindAsync(stand, "tracer=off_alias"));
        Assert.Equal(5, (await FindAsync(stand, "tracer=off&tracer=runs")).Length);
        Assert.Equal(others.Reverse(), await FindAsync(stand, "where=layers.tcp.dport%3D443&where=comm~%5Eng"));
        Assert.Equal(others.Reverse(), await FindAsync(stand, "text=tcp_v4_*%20nginx"));
        Assert.Equal(others.Reverse(), await FindAsync(stand, "comm=nginx"));
        Assert.Equal(all.Reverse(), await FindAsync(stand, "pid=7"));
        Assert.Equal([all[2]], await FindAsync(stand, "where=n%3E1"));
        Assert.Equal(5, (await FindAsync(stand, "since=1h")).Length);
        Assert.Empty(await FindAsync(stand, "until=1h"));
        Assert.Empty(await FindAsync(stand, "container=3f2a"));
    }

    [Theory]
    [InlineData("limit=0", "limit is not a whole number from 1 to 1000")]
    [InlineData("limit=1001", "limit is not a whole number from 1 to 1000")]
    [InlineData("limit=ten", "limit is not a whole number from 1 to 1000")]
    [InlineData("limit=1&limit=2", "limit is there more than once")]
    [InlineData("cursor=x", "cursor is not a whole number from 1 to 9223372036854775807")]
    [InlineData("tracer=nothing", "tracer: there is no tracer 'nothing'")]
    [InlineData("since=yesterday", "since: 'yesterday' is neither a duration such as 10m nor a time such as 2026-11-23T07:10:00Z")]
    [InlineData("where=pid", "where: 'pid' is not a condition such as layers.tcp.dport=443; operators are = != ~ < >")]
    [InlineData("where=comm~(%3F!nginx)", "where: comm: the regular expression is too large, or has look-around, back references or atomic groups, which are not possible")]
    [InlineData("path=/etc/passwd", "'path' is no parameter here")]
    public async Task What_is_wrong_is_told(string query, string message)
    {
        await using ApiStand stand = await ApiStand.StartAsync();
        JsonElement error = (await stand.GetAsync("/api/v1/events?" + query, 400)).GetProperty("error");
        Assert.Equal(("bad_request", message), (error.GetProperty("code").GetString(), error.GetProperty("message").GetString()));
    }

    [Fact]
    public async Task One_event_is_found_by_its_id()
    {
        await using ApiStand stand = await ApiStand.StartAsync();
        string[] stored = await stand.StoreAsync(5);
        foreach (string document in stored)
            Assert.Equal(document, (await stand.GetAsync("/api/v1/events/" + ApiStand.Id(document))).GetRawText());
        await stand.GetAsync($"/api/v1/events/{Guid.CreateVersion7()}", 404);
        await stand.GetAsync("/api/v1/events/5", 400);
        await stand.GetAsync("/api/v1/events/..%2f..%2fetc%2fpasswd", 400);
    }

    [Fact]
    public async Task Without_an_event_store_it_is_told()
    {
        await using ApiStand stand = await ApiStand.StartAsync(stores: false);
        foreach (string path in (string[])["/api/v1/events", $"/api/v1/events/{Guid.CreateVersion7()}", "/api/v1/events/stream"])
        {
            JsonElement error = (await stand.GetAsync(path, 503)).GetProperty("error");
            Assert.Equal("the event store is switched off", error.GetProperty("message").GetString());
        }
    }

    private static async Task<string[]> FindAsync(ApiStand stand, string query) =>
        [.. (await stand.GetAsync("/api/v1/events?" + query)).GetProperty("items").EnumerateArray().Select(item => item.GetRawText())];
}
