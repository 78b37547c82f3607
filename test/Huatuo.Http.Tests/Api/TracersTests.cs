using System.Text.Json;
using Huatuo.Http.Security;

namespace Huatuo.Http.Tests.Api;

public sealed class TracersTests
{
    [Fact]
    public async Task Each_tracer_has_state_reason_and_ledger()
    {
        await using ApiStand stand = await ApiStand.StartAsync();
        JsonElement[] tracers = [.. (await stand.GetAsync("/api/v1/tracers")).GetProperty("items").EnumerateArray()];
        Assert.Equal(["runs", "off", "lacks", "fails"], tracers.Select(tracer => Text(tracer, "name")));
        Assert.Equal(["running", "disabled", "unsupported", "backing-off"], tracers.Select(tracer => Text(tracer, "state")));
        Assert.Equal(["", "", "needs a thing; get a newer kernel", "it broke"], tracers.Select(tracer => Text(tracer, "reason")));
        const string split = "\"suppressed\":{\"backoff\":0,\"clock\":0},\"dropped\":{\"encode\":0,\"queue\":0}";
        Assert.StartsWith(
            """{"name":"runs","kind":"event","summary":"What runs tells.","state":"running","hook":"test","runs":1,"ledger":{"hits":1,"filtered":1,"rate_limited":0,"deduplicated":0,"lost":0,"submitted":0,"decode_errors":0,"decoded":0,"ignored":{"quiet":0},"""
            + split + ""","accepted":0,"sinks":{"sqlite":{"stored":0,"dropped":{""",
            (await stand.GetAsync("/api/v1/tracers/runs")).GetRawText(), StringComparison.Ordinal);
        Assert.Equal("runs", Text(await stand.GetAsync("/api/v1/tracers/runs_alias"), "name"));
        await stand.GetAsync("/api/v1/tracers/none", 404);
    }

    [Fact]
    public async Task A_tracer_is_stopped_started_and_restarted_and_each_is_told_in_the_audit_log()
    {
        await using ApiStand stand = await ApiStand.StartAsync();
        Assert.Equal("stopped", Text(await ChangeAsync(stand, "runs", "stop"), "state"));
        Assert.Equal("runs is stopped, and was not stopped", await RefusedAsync(stand, "runs", "stop"));
        Assert.Equal(("running", 2), State(await ChangeAsync(stand, "runs", "start")));
        Assert.Equal("runs is running, and was not started", await RefusedAsync(stand, "runs", "start"));
        JsonElement restarted = await ChangeAsync(stand, "runs_alias", "restart");
        Assert.Equal(("running", 3), State(restarted));
        // Counts of the runs before are kept.
        Assert.Equal(3, restarted.GetProperty("ledger").GetProperty("hits").GetInt32());
        Assert.Equal(("running", 1), State(await ChangeAsync(stand, "off", "start")));
        Assert.Equal(
            [
                "for-control stopped the tracer runs", "for-control started the tracer runs", "for-control stopped the tracer runs, to start it again",
                "for-control started the tracer runs", "for-control started the tracer off",
            ],
            stand.Audit);
    }

    [Fact]
    public async Task What_cannot_run_is_told_and_runs_when_it_can()
    {
        await using ApiStand stand = await ApiStand.StartAsync();
        Assert.Equal("lacks is unsupported, and was not running", await RefusedAsync(stand, "lacks", "start"));
        stand.Lacks.Missing = null;
        Assert.Equal("running", Text(await ChangeAsync(stand, "lacks", "restart"), "state"));
        Assert.Equal("fails is backing-off, and was not running", await RefusedAsync(stand, "fails", "restart"));
        stand.Fails.Fault = null;
        Assert.Equal("running", Text(await ChangeAsync(stand, "fails", "restart"), "state"));
        await stand.AskAsync("POST", "/api/v1/tracers/none/start", Scope.Control, 404);
    }

    [Fact]
    public async Task Many_at_once_leave_one_run()
    {
        await using ApiStand stand = await ApiStand.StartAsync();
        string token = stand.Token(Scope.Control);
        string[] verbs = ["start", "stop", "restart"];
        int[] answers = await Task.WhenAll(Enumerable.Range(0, 60).Select(async i =>
        {
            using HttpResponseMessage answer = await stand.SendAsync("POST", $"/api/v1/tracers/runs/{verbs[i % 3]}", token);
            return (int)answer.StatusCode;
        }));
        Assert.All(answers, status => Assert.Contains(status, (int[])[200, 409]));
        using HttpResponseMessage last = await stand.SendAsync("POST", "/api/v1/tracers/runs/restart", token);
        Assert.Equal("running", Text(await stand.GetAsync("/api/v1/tracers/runs"), "state"));
        Assert.Empty(stand.Failures);
    }

    [Fact]
    public async Task Health_counts_tracers_and_sinks()
    {
        await using ApiStand stand = await ApiStand.StartAsync();
        Assert.Equal(
            """{"ready":true,"tracers":{"disabled":1,"unsupported":1,"running":1,"backing-off":1},"sinks":{"sqlite":{"stored":0,"dropped":0,"dead_letter":0,"pending":0}}}""",
            (await stand.GetAsync("/api/v1/health")).GetRawText());
    }

    [Fact]
    public async Task The_configuration_hides_what_is_secret()
    {
        await using ApiStand stand = await ApiStand.StartAsync();
        Assert.Equal(
            """{"options":[{"key":"listen","value":"127.0.0.1:19704","origin":"default"},{"key":"metrics.otlp.authorization","value":"(hidden)","origin":"/etc/huatuo/huatuo.yaml:3"},{"key":"store.elasticsearch.password","value":"\u0022\u0022","origin":"default"},{"key":"kubelet.token_file","value":"/run/token","origin":"--set"}],"rules":[{"name":"quiet","tracer":"runs","enabled":true,"origin":"default"}]}""",
            (await stand.GetAsync("/api/v1/config")).GetRawText());
    }

    private static Task<JsonElement> ChangeAsync(ApiStand stand, string tracer, string verb) => stand.AskAsync("POST", $"/api/v1/tracers/{tracer}/{verb}", Scope.Control);

    private static async Task<string> RefusedAsync(ApiStand stand, string tracer, string verb) =>
        Text((await stand.AskAsync("POST", $"/api/v1/tracers/{tracer}/{verb}", Scope.Control, 409)).GetProperty("error"), "message");

    private static (string State, int Runs) State(JsonElement tracer) => (Text(tracer, "state"), tracer.GetProperty("runs").GetInt32());

    private static string Text(JsonElement tracer, string name) => tracer.TryGetProperty(name, out JsonElement value) ? value.GetString()! : "";
}
