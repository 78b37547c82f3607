using System.Text;
using System.Text.Json;
using Huatuo.Http.Api.Tasks;
using Huatuo.Http.Security;
using Huatuo.Profiling;
using Huatuo.Profiling.Catalog;
using Huatuo.Profiling.Io;
using Huatuo.Profiling.OnCpu;

namespace Huatuo.Http.Tests.Api;

/// <summary>Tasks that take profiles.</summary>
public sealed class ProfileTasksTests
{
    private static readonly string s_self = Environment.ProcessId.ToString(System.Globalization.CultureInfo.InvariantCulture);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_profiler_runs_with_its_options_on_its_target_and_its_profile_is_kept()
    {
        await using ApiStand stand = await ApiStand.StartAsync();
        string id = await StartAsync(stand, $$$"""{"profiler":"perf","duration":"1h","split_processes":true,"target":{"pid":{{{s_self}}},"cpus":"0-1,3"},"options":{"frequency":"499"}}""");
        JsonElement task = await UntilAsync(stand, id, "running");
        Assert.Equal(("oncpu", false), (task.GetProperty("profiler").GetString(), task.TryGetProperty("tracer", out _)));
        ProfileOrder order = Assert.Single(stand.Profilers.Orders);
        Assert.Equal(("oncpu", 499, true), (order.Profiler.Name, Assert.IsType<OnCpuOptions>(order.Options).Frequency, order.SplitsProcesses));
        Assert.Equal((uint)Environment.ProcessId, order.Target.Tgid);
        Assert.Equal([0, 1, 3], order.Target.Cpus!);
        Assert.Equal("the task has not ended", await RefusalAsync(stand, $"/api/v1/tasks/{id}/profile", 404));
        await stand.AskAsync("DELETE", "/api/v1/tasks/" + id, Scope.Profile);
        await UntilAsync(stand, id, "stopped");
        Assert.Equal(0, stand.Profilers.Running);
        Assert.Matches("^app;main [1-9][0-9]*\n$", await TextAsync(stand, $"/api/v1/tasks/{id}/profile?format=collapsed"));
        JsonElement json = JsonElement.Parse(await TextAsync(stand, $"/api/v1/tasks/{id}/profile?format=json"));
        Assert.Equal("cpu", json.GetProperty("kind").GetString());
        JsonElement document = JsonElement.Parse((await TextAsync(stand, $"/api/v1/tasks/{id}/events")).TrimEnd());
        Assert.Equal(("profiler", id), (document.GetProperty("tracer_name").GetString(), document.GetProperty("tracer_data").GetProperty("task_id").GetString()));
        Assert.Equal(
            [$$"""for-profile started the task {{id}} of the profiler oncpu for 3600 s on {"pid":{{s_self}},"cpus":"0-1,3"}""", $"for-profile stopped the task {id}"],
            stand.Audit);
    }

    [Fact]
    public async Task A_task_whose_time_is_over_or_whose_target_is_gone_ends_by_itself()
    {
        await using ApiStand stand = await ApiStand.StartAsync();
        stand.Profilers.Kind = ProfileKind.AllocatedSpace;
        string id = await StartAsync(stand, """{"profiler":"memory","duration":"1ms"}""");
        await UntilAsync(stand, id, "completed");
        JsonElement json = JsonElement.Parse(await TextAsync(stand, $"/api/v1/tasks/{id}/profile?format=json"));
        Assert.Equal(("alloc_space", true), (json.GetProperty("kind").GetString(), json.GetProperty("total_bytes").GetInt64() >= 4096));

        using System.Diagnostics.Process child = System.Diagnostics.Process.Start("sleep", "1h");
        id = await StartAsync(stand, $$$"""{"profiler":"lock","duration":"1h","target":{"pid":"{{{child.Id}}}"}}""");
        await UntilAsync(stand, id, "running");
        child.Kill();
        await child.WaitForExitAsync(Cancel);
        await UntilAsync(stand, id, "completed");
    }

    [Fact]
    public async Task What_cannot_start_fails_with_its_reason()
    {
        await using ApiStand stand = await ApiStand.StartAsync();
        stand.Profilers.Fault = "needs kernel BTF; needs a kernel built with CONFIG_DEBUG_INFO_BTF";
        string id = await StartAsync(stand, """{"profiler":"offcpu","duration":"1h"}""");
        Assert.Equal(stand.Profilers.Fault, (await UntilAsync(stand, id, "failed")).GetProperty("error").GetString());
        Assert.Equal("the task has no samples", await RefusalAsync(stand, $"/api/v1/tasks/{id}/profile", 404));
    }

    [Fact]
    public async Task Two_take_profiles_at_a_time()
    {
        await using ApiStand stand = await ApiStand.StartAsync();
        for (int i = 0; i < TaskBoard.MostProfiles; i++)
            await StartAsync(stand, """{"profiler":"oncpu","duration":"1h"}""");
        JsonElement refused = await PostAsync(stand, """{"profiler":"io","duration":"1h"}""", 429);
        Assert.Equal("too_many_tasks", refused.GetProperty("error").GetProperty("code").GetString());
        await PostAsync(stand, """{"tracer":"runs","duration":"1h"}""", 201);
    }

    [Fact]
    public async Task The_catalogue_tells_each_profiler_with_its_options()
    {
        await using ApiStand stand = await ApiStand.StartAsync();
        JsonElement items = (await stand.AskAsync("GET", "/api/v1/profilers", Scope.Profile)).GetProperty("items");
        Assert.Equal(["oncpu", "offcpu", "memory", "io", "lock"], items.EnumerateArray().Select(item => item.GetProperty("name").GetString()));
        Assert.Equal(
            """{"name":"oncpu","aliases":["perf"],"summary":"Where time on CPUs goes, by a timer on each, or their cycles.","options":[{"key":"frequency","summary":"Samples a second of each CPU, from 1 to 10000.","syntax":"a whole number from 1 to 10000","default":"99"},{"key":"event","summary":"cpu-clock, a timer: samples are of time; or cycles, the CPU\u0027s own counter, which most virtual machines have not: samples are of cycles.","syntax":"one of cpu-clock, cycles","default":"cpu-clock"}]}""",
            items[0].GetRawText());
    }

    [Theory]
    [InlineData("""{"profiler":"cpu","duration":"1s"}""", "there is no profiler of this name")]
    [InlineData("""{"profiler":"oncpu","tracer":"runs","duration":"1s"}""", "a task runs a tracer or a profiler, not both")]
    [InlineData("""{"tracer":"runs","duration":"1s","target":{"pid":1}}""", "target and split_processes go with a profiler")]
    [InlineData("""{"profiler":"oncpu","duration":"2h"}""", "a task runs for more than 0 s and at most 1 h")]
    [InlineData("""{"profiler":"oncpu","duration":"1s","split_processes":1}""", "split_processes is neither true nor false")]
    [InlineData("""{"profiler":"oncpu","duration":"1s","options":{"frequency":0}}""", "options.frequency: expected a whole number from 1 to 10000")]
    [InlineData("""{"profiler":"oncpu","duration":"1s","options":{"frequenzy":1}}""", "options.frequenzy: unknown key; did you mean 'frequency'?")]
    [InlineData("""{"profiler":"io","duration":"1s","options":{"by":"count"}}""", "options.by: expected one of time, bytes")]
    [InlineData("""{"profiler":"oncpu","duration":"1s","target":5}""", "target is no JSON object")]
    [InlineData("""{"profiler":"oncpu","duration":"1s","target":{"file":"/bin/sh"}}""", "target.file: there is no such field")]
    [InlineData("""{"profiler":"oncpu","duration":"1s","target":{"pid":0}}""", "target.pid is no positive whole number")]
    [InlineData("""{"profiler":"oncpu","duration":"1s","target":{"pid":"../1"}}""", "target.pid is no positive whole number")]
    [InlineData("""{"profiler":"oncpu","duration":"1s","target":{"pid":4194305}}""", "target.pid: there is no process 4194305")]
    [InlineData("""{"profiler":"oncpu","duration":"1s","target":{"tid":4194305}}""", "target.tid: there is no thread 4194305")]
    [InlineData("""{"profiler":"oncpu","duration":"1s","target":{"container":"abc"}}""", "target.container: there is no container 'abc'")]
    [InlineData("""{"profiler":"oncpu","duration":"1s","target":{"cpus":"all"}}""", "target.cpus: 'all' is not a list of CPUs")]
    [InlineData("""{"profiler":"oncpu","duration":"1s","target":{"cpus":"0-65535,0-65535"}}""", "target.cpus: '0-65535,0-65535' is not a list of CPUs")]
    public async Task What_is_wrong_is_told(string body, string message)
    {
        await using ApiStand stand = await ApiStand.StartAsync();
        JsonElement error = (await PostAsync(stand, body, 400)).GetProperty("error");
        Assert.StartsWith(message, error.GetProperty("message").GetString(), StringComparison.Ordinal);
        Assert.Empty(stand.Audit);
        Assert.Empty(stand.Profilers.Orders);
    }

    [Fact]
    public async Task Upstreams_route_runs_profilers_too_and_gives_collapsed_stacks()
    {
        await using ApiStand stand = await ApiStand.StartAsync();
        stand.Profilers.Kind = ProfileKind.IoTime;
        string body = $$"""{"request_id":"mine","tracer_name":"io","timeout":3600,"trace_args":["layer=file","pid={{s_self}}","cpus=0,1"]}""";
        await PostAsync(stand, body, 200, "/tasks");
        await UntilAsync(stand, "mine", "running");
        ProfileOrder order = Assert.Single(stand.Profilers.Orders);
        Assert.Equal((IoLayer.File, (uint)Environment.ProcessId), (Assert.IsType<IoOptions>(order.Options).Layer, order.Target.Tgid));
        Assert.Equal([0, 1], order.Target.Cpus!);
        using (HttpResponseMessage stopped = await stand.SendAsync("DELETE", "/tasks/mine", stand.Token(Scope.Profile)))
            Assert.Equal(204, (int)stopped.StatusCode);
        await UntilAsync(stand, "mine", "stopped");
        JsonElement data = (await stand.AskAsync("GET", "/tasks/mine", Scope.Profile)).GetProperty("data");
        Assert.Equal("completed", data.GetProperty("status").GetString());
        Assert.Matches("^app;main [1-9][0-9]*\n$", data.GetProperty("data").GetString()!);
    }

    private static async Task<string> StartAsync(ApiStand stand, string body) => (await PostAsync(stand, body, 201)).GetProperty("id").GetString()!;

    private static async Task<string> TextAsync(ApiStand stand, string path)
    {
        using HttpResponseMessage answer = await stand.SendAsync("GET", path, stand.Token(Scope.Profile));
        string text = await answer.Content.ReadAsStringAsync(Cancel);
        Assert.True(answer.IsSuccessStatusCode, $"{path}: {answer.StatusCode} {text}");
        return text;
    }

    private static async Task<string> RefusalAsync(ApiStand stand, string path, int status) =>
        (await stand.AskAsync("GET", path, Scope.Profile, status)).GetProperty("error").GetProperty("message").GetString()!;

    private static async Task<JsonElement> UntilAsync(ApiStand stand, string id, string status)
    {
        while (true)
        {
            JsonElement task = await stand.AskAsync("GET", "/api/v1/tasks/" + id, Scope.Profile);
            if (task.GetProperty("status").GetString() == status)
                return task;
            await Task.Delay(2, Cancel);
        }
    }

    private static async Task<JsonElement> PostAsync(ApiStand stand, string body, int status, string path = "/api/v1/tasks")
    {
        using var content = new StringContent(body, Encoding.UTF8, "application/json");
        using HttpResponseMessage answer = await stand.SendAsync("POST", path, stand.Token(Scope.Profile), content);
        string text = await answer.Content.ReadAsStringAsync(Cancel);
        Assert.True((int)answer.StatusCode == status, $"{answer.StatusCode} {text}");
        return JsonElement.Parse(text);
    }
}
