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
        const string split = "\"suppressed\":{\"backoff\":0,\"clock\":0,\"cooldown\":0,\"busy\":0},\"dropped\":{\"encode\":0,\"queue\":0}";
        Assert.StartsWith(
            """{"name":"runs","kind":"event","summary":"What runs tells.","state":"running","hook":"test","runs":1,"ledger":{"hits":1,"filtered":1,"rate_limited":0,"deduplicated":0,"lost":0,"submitted":0,"decode_errors":0,"decoded":0,"ignored":{"quiet":0},"""
            + split + ""","accepted":0,"sinks":{"sqlite":{"recovered":0,"stored":0,"dropped":{""",
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
            """{"ready":true,"tracers":{"disabled":1,"unsupported":1,"running":1,"backing-off":1},"sinks":{"sqlite":{"recovered":0,"stored":0,"dropped":0,"dead_letter":0,"pending":0}}}""",
            (await stand.GetAsync("/api/v1/health")).GetRawText());
    }

    [Fact]
    public async Task The_configuration_hides_what_is_secret()
    {
        await using ApiStand stand = await ApiStand.StartAsync();
        Assert.Equal(
            """{"config":{"listen":"127.0.0.1:19704","api":{"max_streams":16}},"options":[{"key":"listen","value":"127.0.0.1:19704","origin":"default","reload":"restart","patch":false},{"key":"metrics.otlp.authorization","value":"(hidden)","origin":"/etc/huatuo/huatuo.yaml:3","reload":"yes","patch":true},{"key":"store.elasticsearch.password","value":"\u0022\u0022","origin":"default","reload":"yes","patch":true},{"key":"store.elasticsearch.addresses","value":"(hidden)","origin":"default","reload":"yes","patch":true},{"key":"kubelet.token_file","value":"/run/token","origin":"--set","reload":"yes","patch":false}],"awaits_restart":["listen"],"rules":[{"name":"quiet","tracer":"runs","enabled":true,"origin":"default"}]}""",
            (await stand.GetAsync("/api/v1/config")).GetRawText());
    }

    [Fact]
    public async Task The_configuration_is_read_again_in_the_name_of_who_asks()
    {
        await using ApiStand stand = await ApiStand.StartAsync();
        Assert.Equal("""{"applied":["rules"],"awaits_restart":["listen"]}""", (await stand.AskAsync("POST", "/api/v1/config/reload", Scope.Control)).GetRawText());
        Assert.Equal("for-control", Assert.Single(stand.Reloaders));
        Assert.Equal("for-control had the configuration read again", Assert.Single(stand.Audit));
    }

    [Fact]
    public async Task Options_are_changed_as_the_command_line_has_them()
    {
        await using ApiStand stand = await ApiStand.StartAsync();
        using (HttpResponseMessage answer = await stand.SendAsync("PUT", "/config", stand.Token(Scope.Control), new StringContent("""{"config":{"tracers.runs_alias.ports":[1],"tracers.off.enabled":true}}""")))
            Assert.Equal(System.Net.HttpStatusCode.NoContent, answer.StatusCode);
        Assert.True(stand.Changes.TryDequeue(out string? change));
        Assert.Equal("tracers.runs.ports=1 tracers.off.enabled=true", change);
        Assert.True(stand.Audit.TryDequeue(out string? told));
        Assert.Equal("for-control changed the configuration: tracers.runs.ports=1, tracers.off.enabled=true", told);
        Assert.Equal("runs", Text(JsonElement.Parse(await PatchAsync(stand, """{"options":{"ports":[80,"443"],"max_events_per_second":5,"enabled":true,"hook":"a b","ring_bytes":null,"names":["a,b"],"paths":[""]}}""", 200)), "name"));
        Assert.Equal("tracers.runs.ports=80,443 tracers.runs.max_events_per_second=5 tracers.runs.enabled=true tracers.runs.hook=a b tracers.runs.ring_bytes=null tracers.runs.names=[\"a,b\"] as JSON tracers.runs.paths=[\"\"] as JSON", Assert.Single(stand.Changes));
        Assert.Equal(
            "for-control changed the configuration: tracers.runs.ports=80,443, tracers.runs.max_events_per_second=5, tracers.runs.enabled=true, tracers.runs.hook=a b, tracers.runs.ring_bytes=(as configured), tracers.runs.names=(a list), tracers.runs.paths=(a list)",
            Assert.Single(stand.Audit));
    }

    [Fact]
    public async Task A_change_that_cannot_hold_is_refused_and_not_told_as_done()
    {
        await using ApiStand stand = await ApiStand.StartAsync();
        const string refusal = """{"error":{"code":"conflict","message":"tracers.runs.held is set by --set on the command line; nothing has changed","hint":"start the agent without it"}}""";
        Assert.Equal(refusal, await PatchAsync(stand, """{"options":{"held":0}}""", 409));
        using HttpResponseMessage answer = await stand.SendAsync("PUT", "/config", stand.Token(Scope.Control), new StringContent("""{"config":{"tracers.runs.held":0}}"""));
        Assert.Equal((System.Net.HttpStatusCode.Conflict, refusal), (answer.StatusCode, await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)));
        Assert.Empty(stand.Audit);
    }

    [Theory]
    [InlineData("""{"options":{"port":1}}""", "tracers.runs.port: unknown key; did you mean 'ports'?")]
    [InlineData("""{"options":{"ports":{"a":1}}}""", "ports: it is neither a value nor a list of values")]
    [InlineData("""{"options":{"":1}}""", ": this cannot be changed here")]
    [InlineData("""{"options":{}}""", "options has nothing in it")]
    [InlineData("""{"options":[]}""", "options is no JSON object")]
    [InlineData("""{}""", "options is no JSON object")]
    public async Task Wrong_options_are_told(string body, string message)
    {
        await using ApiStand stand = await ApiStand.StartAsync();
        Assert.Equal(message, Text(JsonElement.Parse(await PatchAsync(stand, body, 400)).GetProperty("error"), "message"));
        Assert.Empty(stand.Audit);
    }

    [Theory]
    [InlineData("data_dir")]
    [InlineData("api.socket")]
    [InlineData("tracers.none.ports")]
    [InlineData("tracers.runs")]
    [InlineData("")]
    public async Task Nothing_but_options_of_tracers_can_be_changed(string key)
    {
        await using ApiStand stand = await ApiStand.StartAsync();
        using HttpResponseMessage answer = await stand.SendAsync("PUT", "/config", stand.Token(Scope.Control), new StringContent("{\"config\":{\"" + key + "\":\"/etc\"}}"));
        Assert.Equal(System.Net.HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Empty(stand.Changes);
    }

    private static async Task<string> PatchAsync(ApiStand stand, string body, int status)
    {
        using HttpResponseMessage answer = await stand.SendAsync("PATCH", "/api/v1/tracers/runs/options", stand.Token(Scope.Control), new StringContent(body));
        string text = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.True((int)answer.StatusCode == status, $"{answer.StatusCode} {text}");
        return text;
    }

    private static Task<JsonElement> ChangeAsync(ApiStand stand, string tracer, string verb) => stand.AskAsync("POST", $"/api/v1/tracers/{tracer}/{verb}", Scope.Control);

    private static async Task<string> RefusedAsync(ApiStand stand, string tracer, string verb) =>
        Text((await stand.AskAsync("POST", $"/api/v1/tracers/{tracer}/{verb}", Scope.Control, 409)).GetProperty("error"), "message");

    private static (string State, int Runs) State(JsonElement tracer) => (Text(tracer, "state"), tracer.GetProperty("runs").GetInt32());

    private static string Text(JsonElement tracer, string name) => tracer.TryGetProperty(name, out JsonElement value) ? value.GetString()! : "";
}
