using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Huatuo.Flow.Containers;
using Huatuo.Http.Security;

namespace Huatuo.Http.Tests.Api;

/// <summary>The routes of HUATUO's own API, in its shapes.</summary>
public sealed class UpstreamTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Tracers_are_listed_stopped_and_started()
    {
        await using ApiStand stand = await ApiStand.StartAsync();
        JsonElement[] tracers = [.. (await stand.GetAsync("/tracers")).GetProperty("data").EnumerateArray()];
        Assert.Equal(4, tracers.Length);
        Assert.Equal("""{"name":"runs","running":true,"hit":1,"restart_interval":1,"flag":2}""", tracers[0].GetRawText());
        Assert.Equal("""{"name":"off","running":false,"hit":0,"restart_interval":1,"flag":2}""", tracers[1].GetRawText());
        string token = stand.Token(Scope.Control);
        foreach ((string verb, HttpStatusCode status) in new[] { ("stop", HttpStatusCode.NoContent), ("stop", HttpStatusCode.Conflict), ("start", HttpStatusCode.NoContent), ("start", HttpStatusCode.Conflict) })
        {
            using HttpResponseMessage answer = await stand.SendAsync("PUT", $"/tracers/runs/{verb}", token);
            Assert.Equal(status, answer.StatusCode);
        }
        using HttpResponseMessage none = await stand.SendAsync("PUT", "/tracers/none/start", token);
        Assert.Equal(HttpStatusCode.NotFound, none.StatusCode);
        Assert.Equal(["for-control stopped the tracer runs", "for-control started the tracer runs"], stand.Audit);
    }

    [Fact]
    public async Task Containers_are_listed()
    {
        await using ApiStand stand = await ApiStand.StartAsync();
        string id = new('a', 64);
        stand.Containers.Exists(1, $"/system.slice/docker-{id}.scope");
        stand.Containers.Exists(2, $"/system.slice/docker-{new string('b', 64)}.scope");
        stand.Containers.Began(stand.Containers.Find(id)!, new ContainerInit(4711, 4026532999, 5, new DateTimeOffset(2026, 11, 26, 1, 2, 3, TimeSpan.Zero)));
        JsonElement only = Assert.Single((await stand.GetAsync("/containers/json?container_id=" + id)).GetProperty("data").EnumerateArray());
        Assert.StartsWith(
            $$"""{"id":"{{id}}","name":"","hostname":"","type":"","qos":"","net_namespace_inum":4026532999,"net_namespace_cookie":5,"init_pid":4711,"cgroup_path":"/system.slice/docker-{{id}}.scope","started_at":"2026-11-26T01:02:03+00:00","synced_at":""",
            only.GetRawText(), StringComparison.Ordinal);
        Assert.Equal(2, (await stand.GetAsync("/containers/json")).GetProperty("data").GetArrayLength());
    }

    [Fact]
    public async Task Events_are_watched_by_regular_expressions()
    {
        await using ApiStand stand = await ApiStand.StartAsync();
        await stand.StoreAsync(1);
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/events/watch")
        {
            Content = new StringContent("""{"filters":{"tracer_name":"^(off|runs)$","hostname":"v.","region":""}}""", Encoding.UTF8, "application/json"),
        };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", stand.Token(Scope.Read));
        using HttpResponseMessage answer = await stand.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Cancel);
        Assert.Equal("text/event-stream", answer.Content.Headers.ContentType!.ToString());
        using EventStream stream = await EventStream.OfAsync(answer);
        Assert.Equal([": connected"], await stream.NextAsync());
        await stand.StoreAsync(1, "fails");
        string[] wanted = await stand.StoreAsync(2, "off");
        foreach (string document in wanted)
            Assert.Equal(document, (await stream.DataAsync()).GetProperty("data").GetRawText());
    }

    [Theory]
    [InlineData("""{"filters":{"tracer":"x"}}""")]
    [InlineData("""{"filters":{"tracer_name":"("}}""")]
    [InlineData("""{"filters":{"tracer_name":5}}""")]
    [InlineData("""{"filters":[]}""")]
    [InlineData("""{"filter":{}}""")]
    [InlineData("nonsense")]
    public async Task A_wrong_filter_is_told(string body)
    {
        await using ApiStand stand = await ApiStand.StartAsync();
        using HttpResponseMessage answer = await stand.SendAsync("POST", "/v1/events/watch", stand.Token(Scope.Read), new StringContent(body));
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
    }

    [Fact]
    public async Task A_task_is_started_once_for_an_id_and_gives_its_documents()
    {
        await using ApiStand stand = await ApiStand.StartAsync();
        stand.Runs.Events = 2;
        const string body = """{"request_id":"r-1","tracer_name":"runs","timeout":3599,"data_type":"json","trace_args":["ports=80,443","max_events_per_second=9"]}""";
        for (int i = 0; i < 2; i++)
            Assert.Equal("""{"data":{"task_id":"r-1"}}""", await AskAsync(stand, "POST", "/tasks", body));
        while (await AskAsync(stand, "GET", "/tasks/r-1") != """{"data":{"status":"running"}}""")
            await Task.Delay(2, Cancel);
        Assert.Equal([80, 443], Assert.IsType<TestTracer.TestOptions>(stand.Runs.LastOptions).Ports);
        Assert.Equal("""{"data":{"tasks":[{"task_id":"r-1","tracer_name":"runs","status":"running"}]}}""", await AskAsync(stand, "GET", "/tasks"));
        while (!(await AskAsync(stand, "GET", "/api/v1/tasks/r-1")).Contains("\"events\":2", StringComparison.Ordinal))
            await Task.Delay(2, Cancel);
        Assert.Equal("", await AskAsync(stand, "DELETE", "/tasks/r-1", status: 204));
        string result;
        while (!(result = await AskAsync(stand, "GET", "/tasks/r-1")).StartsWith("""{"data":{"status":"completed",""", StringComparison.Ordinal))
            await Task.Delay(2, Cancel);
        Assert.Equal(3, JsonElement.Parse(result).GetProperty("data").GetProperty("data").GetString()!.Split('\n').Length);
        Assert.Equal("""{"data":{"status":"not_exist","error":"there is no task of this id"}}""", await AskAsync(stand, "GET", "/tasks/none"));
        Assert.StartsWith("""{"error":{"code":"not_found",""", await AskAsync(stand, "DELETE", "/tasks/none", status: 404), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"tracer_name":"runs","timeout":3601}""")]
    [InlineData("""{"tracer_name":"runs","timeout":"5"}""")]
    [InlineData("""{"tracer_name":"../../bin/sh","timeout":5}""")]
    [InlineData("""{"request_id":"../../x","tracer_name":"runs","timeout":5}""")]
    [InlineData("""{"tracer_name":"runs","timeout":5,"trace_args":["--output=/etc/passwd"]}""")]
    [InlineData("""{"tracer_name":"runs","timeout":5,"trace_args":["output=/etc/passwd"]}""")]
    [InlineData("""{"tracer_name":"runs","timeout":5,"trace_args":[5]}""")]
    public async Task A_wrong_task_is_told(string body)
    {
        await using ApiStand stand = await ApiStand.StartAsync();
        Assert.StartsWith("""{"error":{"code":"bad_request",""", await AskAsync(stand, "POST", "/tasks", body, 400), StringComparison.Ordinal);
        Assert.Empty(stand.Audit);
    }

    private static async Task<string> AskAsync(ApiStand stand, string method, string path, string? body = null, int status = 200)
    {
        using HttpResponseMessage answer = await stand.SendAsync(method, path, stand.Token(Scope.Profile), body is null ? null : new StringContent(body));
        string text = await answer.Content.ReadAsStringAsync(Cancel);
        Assert.True((int)answer.StatusCode == status, $"{answer.StatusCode} {text}");
        return text;
    }
}
