using System.Text;
using System.Text.Json;
using Huatuo.Http.Api.Tasks;
using Huatuo.Http.Security;
using Microsoft.Extensions.Time.Testing;

namespace Huatuo.Http.Tests.Api;

public sealed class TasksTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_task_runs_for_its_time_with_its_options_and_its_result_is_kept()
    {
        var time = new FakeTimeProvider(new DateTimeOffset(2026, 11, 26, 1, 2, 3, TimeSpan.Zero));
        await using ApiStand stand = await ApiStand.StartAsync(time: time);
        stand.Runs.Events = 3;
        JsonElement task = await PostAsync(stand, """{"tracer":"runs_alias","duration":"30s","options":{"ports":[80,"443"],"max_events_per_second":2}}""", 201);
        string id = task.GetProperty("id").GetString()!;
        task = await UntilAsync(stand, id, "running");
        Assert.Equal(
            $$"""{"id":"{{id}}","tracer":"runs","status":"running","duration_seconds":30,"started_at":"2026-11-26T01:02:03+00:00","events":2,"dropped":0}""",
            task.GetRawText());
        var options = Assert.IsType<TestTracer.TestOptions>(stand.Runs.LastOptions);
        Assert.Equal([80, 443], options.Ports);
        time.Advance(TimeSpan.FromSeconds(30));
        task = await UntilAsync(stand, id, "completed");
        Assert.Equal("2026-11-26T01:02:33+00:00", task.GetProperty("ended_at").GetString());
        int[] seen = await EventsAsync(stand, id);
        Assert.Equal([0, 1], seen);
        Assert.Equal($"for-profile started the task {id} of the tracer runs for 30 s", Assert.Single(stand.Audit));
        // The agent's own run knows nothing of it.
        Assert.Equal(1, (await stand.GetAsync("/api/v1/tracers/runs")).GetProperty("runs").GetInt32());

        time.Advance(TimeSpan.FromMinutes(11));
        await stand.AskAsync("GET", "/api/v1/tasks/" + id, Scope.Profile, 404);
    }

    [Fact]
    public async Task A_task_is_stopped_and_what_it_saw_is_kept()
    {
        await using ApiStand stand = await ApiStand.StartAsync();
        stand.Off.Events = 1;
        string id = (await PostAsync(stand, """{"tracer":"off","duration":"1h"}""", 201)).GetProperty("id").GetString()!;
        await UntilAsync(stand, id, "running");
        await stand.AskAsync("DELETE", "/api/v1/tasks/" + id, Scope.Profile);
        await UntilAsync(stand, id, "stopped");
        int[] seen = await EventsAsync(stand, id);
        Assert.Equal([0], seen);
        Assert.Equal($"for-profile stopped the task {id}", stand.Audit.Last());
    }

    [Fact]
    public async Task What_cannot_run_fails_and_what_is_too_much_is_dropped_and_counted()
    {
        await using ApiStand stand = await ApiStand.StartAsync();
        string lacks = (await PostAsync(stand, """{"tracer":"lacks","duration":"1s"}""", 201)).GetProperty("id").GetString()!;
        Assert.Equal("needs a thing; get a newer kernel", (await UntilAsync(stand, lacks, "failed")).GetProperty("error").GetString());
        string fails = (await PostAsync(stand, """{"tracer":"fails","duration":"1s"}""", 201)).GetProperty("id").GetString()!;
        Assert.Equal("it broke", (await UntilAsync(stand, fails, "failed")).GetProperty("error").GetString());
        stand.Runs.Events = 10_000;
        string much = (await PostAsync(stand, """{"tracer":"runs","duration":"1h","options":{"max_events_per_second":0}}""", 201)).GetProperty("id").GetString()!;
        JsonElement task;
        do
            task = await stand.AskAsync("GET", "/api/v1/tasks/" + much, Scope.Profile);
        while (task.GetProperty("events").GetInt32() + task.GetProperty("dropped").GetInt32() < 10_000);
        Assert.InRange(task.GetProperty("dropped").GetInt32(), 1, 9_999);
        using HttpResponseMessage answer = await stand.SendAsync("GET", $"/api/v1/tasks/{much}/events", stand.Token(Scope.Profile));
        Assert.InRange((await answer.Content.ReadAsByteArrayAsync(Cancel)).Length, TaskBoard.LargestResult / 2, TaskBoard.LargestResult);
    }

    [Fact]
    public async Task So_many_run_at_a_time_and_their_results_are_bounded()
    {
        await using ApiStand stand = await ApiStand.StartAsync();
        List<string> ids = [];
        for (int i = 0; i < TaskBoard.MostActive; i++)
            ids.Add((await PostAsync(stand, """{"tracer":"runs","duration":"1h"}""", 201)).GetProperty("id").GetString()!);
        Assert.Equal("too_many_tasks", (await PostAsync(stand, """{"tracer":"runs","duration":"1h"}""", 429)).GetProperty("error").GetProperty("code").GetString());
        for (int i = 0; i < TaskBoard.MostEnded + 3; i++)
        {
            await stand.AskAsync("DELETE", "/api/v1/tasks/" + ids[i], Scope.Profile);
            await UntilAsync(stand, ids[i], "stopped");
            ids.Add((await PostAsync(stand, """{"tracer":"runs","duration":"1h"}""", 201)).GetProperty("id").GetString()!);
        }
        JsonElement all = (await stand.AskAsync("GET", "/api/v1/tasks", Scope.Profile)).GetProperty("items");
        Assert.Equal(TaskBoard.MostActive + TaskBoard.MostEnded, all.GetArrayLength());
        Assert.Equal(ids.TakeLast(TaskBoard.MostActive + TaskBoard.MostEnded), all.EnumerateArray().Select(task => task.GetProperty("id").GetString()));
    }

    [Theory]
    [InlineData("", "the request body is no JSON: ")]
    [InlineData("[]", "the request body is no JSON object")]
    [InlineData("{\"tracer\":\"runs\",\"tracer\":\"off\",\"duration\":\"1s\"}", "the request body is no JSON: ")]
    [InlineData("{\"tracer\":\"runs\",\"duration\":\"1s\",\"command\":\"/bin/sh\"}", "'command' is no field here")]
    [InlineData("{\"tracer\":\"../../bin/sh\",\"duration\":\"1s\"}", "there is no tracer of events of this name")]
    [InlineData("{\"tracer\":5,\"duration\":\"1s\"}", "tracer is no text")]
    [InlineData("{\"tracer\":\"runs\"}", "duration: expected a duration")]
    [InlineData("{\"tracer\":\"runs\",\"duration\":\"2h\"}", "a task runs for more than 0 s and at most 1 h")]
    [InlineData("{\"tracer\":\"runs\",\"duration\":\"0s\"}", "a task runs for more than 0 s and at most 1 h")]
    [InlineData("{\"tracer\":\"runs\",\"duration\":\"1s\",\"options\":5}", "options is no JSON object")]
    [InlineData("{\"tracer\":\"runs\",\"duration\":\"1s\",\"options\":{\"port\":1}}", "options.port: unknown key; did you mean 'ports'?")]
    [InlineData("{\"tracer\":\"runs\",\"duration\":\"1s\",\"options\":{\"ports\":\"x\"}}", "options.ports: expected ")]
    [InlineData("{\"tracer\":\"runs\",\"duration\":\"1s\",\"options\":{\"ring_bytes\":1073741824}}", "options.ring_bytes: this cannot be set for a task")]
    [InlineData("{\"tracer\":\"runs\",\"duration\":\"1s\",\"options\":{\"hook\":\"kprobe/x\"}}", "options.hook: it is none of auto, test")]
    public async Task What_is_wrong_is_told(string body, string message)
    {
        await using ApiStand stand = await ApiStand.StartAsync();
        JsonElement error = (await PostAsync(stand, body, 400)).GetProperty("error");
        Assert.StartsWith(message, error.GetProperty("message").GetString(), StringComparison.Ordinal);
        Assert.Empty(stand.Audit);
    }

    [Fact]
    public async Task A_body_that_is_too_large_is_refused()
    {
        await using ApiStand stand = await ApiStand.StartAsync();
        Assert.Equal("body_too_large", (await PostAsync(stand, "{\"tracer\":\"" + new string('x', 20_000), 413)).GetProperty("error").GetProperty("code").GetString());
    }

    private static async Task<int[]> EventsAsync(ApiStand stand, string id)
    {
        using HttpResponseMessage answer = await stand.SendAsync("GET", $"/api/v1/tasks/{id}/events", stand.Token(Scope.Profile));
        Assert.Equal("application/x-ndjson", answer.Content.Headers.ContentType!.ToString());
        string[] lines = (await answer.Content.ReadAsStringAsync(Cancel)).Split('\n');
        Assert.Equal("", lines[^1]);
        return [.. lines[..^1].Select(line => JsonElement.Parse(line).GetProperty("tracer_data").GetProperty("n").GetInt32())];
    }

    private static async Task<JsonElement> UntilAsync(ApiStand stand, string id, string status)
    {
        while (true)
        {
            JsonElement task = await stand.AskAsync("GET", "/api/v1/tasks/" + id, Scope.Profile);
            if (task.GetProperty("status").GetString() == status && (status != "running" || task.GetProperty("events").GetInt32() > 0))
                return task;
            await Task.Delay(2, Cancel);
        }
    }

    private static async Task<JsonElement> PostAsync(ApiStand stand, string body, int status)
    {
        using var content = new StringContent(body, Encoding.UTF8, "application/json");
        using HttpResponseMessage answer = await stand.SendAsync("POST", "/api/v1/tasks", stand.Token(Scope.Profile), content);
        string text = await answer.Content.ReadAsStringAsync(Cancel);
        Assert.True((int)answer.StatusCode == status, $"{answer.StatusCode} {text}");
        return JsonElement.Parse(text);
    }
}
