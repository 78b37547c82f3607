using System.Net;
using System.Text;
using System.Text.Json;
using Huatuo.EndToEnd.Tests.Machine;
using Huatuo.EndToEnd.Tests.Metrics;
using Huatuo.EndToEnd.Tests.Product;

namespace Huatuo.EndToEnd.Tests;

/// <summary>A running agent with another configuration, by SIGHUP, by a file that changes and by the API.</summary>
public sealed class ReloadTests
{
    [Fact]
    public async Task SIGHUP_starts_those_tracers_again_whose_options_have_changed()
    {
        using var folder = new TemporaryFolder();
        string file = Path.Combine(folder.Path, "huatuo.yaml");
        File.WriteAllText(file, "tracers:\n  dropwatch:\n    ports: [4719]\n");
        await using Agent agent = await Agent.StartAsync(folder.Path, "--config", file, "--set", "reload_interval=0s");
        Scrape before = await agent.ScrapeAsync();

        File.WriteAllText(file, "region: east\ntracers:\n  dropwatch:\n    ports: [4720]\n  oom:\n    enabled: false\n");
        await HangUpAsync(agent, "the configuration was read again; 2 tracers have other options");
        Assert.Contains("region has changed; it holds when the agent is started again", agent.Process.Error.Text, StringComparison.Ordinal);
        Scrape after = await agent.ScrapeAsync();
        Assert.Equal(Runs(before, "dropwatch") + 1, Runs(after, "dropwatch"));
        Assert.Equal(Runs(before, "net_rx_latency"), Runs(after, "net_rx_latency"));
        Assert.Equal(1, after.Sum("huatuo_tracer_state", ("tracer", "oom"), ("state", "disabled")));
        using var network = new NetworkPair();
        network.ConnectToClosed(4719);
        network.ConnectToClosed(4720);
        await agent.QuietAsync();
        Assert.All(agent.Stored.Documents(), document => Assert.Equal(4720, DropDocument.Port(document)));
        Assert.NotEmpty(agent.Stored.Documents());

        File.WriteAllText(file, "tracers:\n  dropwatch:\n    port: [1]\n");
        await HangUpAsync(agent, "the configuration is wrong; the one before goes on");
        Assert.Contains($"{file}:3:5: tracers.dropwatch.port: unknown key; did you mean 'ports'?", agent.Process.Error.Text, StringComparison.Ordinal);
        Assert.Equal(Runs(after, "dropwatch"), Runs(await agent.ScrapeAsync(), "dropwatch"));
        await agent.StopAsync();
    }

    [Fact]
    public async Task A_file_that_has_changed_holds_by_itself_and_one_that_is_wrong_does_not()
    {
        using var folder = new TemporaryFolder();
        using var network = new NetworkPair();
        int port = BulkEndpoint.FreePort();
        string file = Path.Combine(folder.Path, "huatuo.yaml");
        string Text(string address, string more = "") => $"reload_interval: 100ms\nstore:\n  elasticsearch:\n    enabled: true\n    addresses: [{address}]\n{more}";
        File.WriteAllText(file, Text($"http://127.0.0.1:{BulkEndpoint.FreePort()}"));
        await using var server = new BulkEndpoint(port);
        await using Agent agent = await Agent.StartAsync(folder.Path, ["--config", file, .. network.OnlyHere]);
        using Flood flood = network.Flood();
        flood.Send(5);
        Scrape waiting = await agent.QuietAsync(pending: true);
        Assert.Equal(5, waiting.Sum(LedgerBalance.Pending, ("sink", "elasticsearch")));

        File.WriteAllText(file, Text($"http://127.0.0.1:{port}", "api: {max_streams: x}\n"));
        await Eventually.HoldsAsync("the wrong file is told", () => agent.Process.Error.Text.Contains("the configuration is wrong; the one before goes on", StringComparison.Ordinal));
        await ReloadsAsync(agent, applied: 0, wrong: 1, isWrong: 1);
        Assert.Empty(server.Documents);

        // As editors and package managers do it.
        File.WriteAllText(file + ".new", Text($"http://127.0.0.1:{port}", "region: east\n"));
        File.Move(file + ".new", file, overwrite: true);
        Scrape delivered = await agent.QuietAsync();
        Assert.Equal(5, delivered.Sum(LedgerBalance.Stored, ("sink", "elasticsearch")));
        Assert.Equal(5, server.Documents.Count(document => document.Value["tracer_name"]!.GetValue<string>() == "dropwatch"));
        LedgerBalance.AssertHolds(delivered);
        await ReloadsAsync(agent, applied: 1, wrong: 1, isWrong: 0);
        Assert.Equal(1, (await agent.ScrapeAsync()).Sum("huatuo_config_awaiting_restart"));
        await agent.StopAsync();
    }

    [Fact]
    public async Task Rules_hold_from_the_next_event_on_and_no_tracer_is_started_again()
    {
        using var folder = new TemporaryFolder();
        string file = Path.Combine(folder.Path, "huatuo.yaml");
        const string ports = "tracers:\n  dropwatch:\n    ports: [4719, 4720]\n";
        File.WriteAllText(file, ports);
        await using Agent agent = await Agent.StartAsync(folder.Path, "--config", file, "--set", "reload_interval=0s");
        using var network = new NetworkPair();
        network.ConnectToClosed(4719);
        network.ConnectToClosed(4720);
        Scrape before = await agent.QuietAsync();
        int told = agent.Stored.Documents().Count(document => DropDocument.Port(document) == 4719);
        Assert.True(told > 0);

        File.WriteAllText(file, ports + "region: east\nrules:\n  - name: not-4719\n    tracer: dropwatch\n    when:\n      - {field: layers.tcp.dport, is: 4719}\n");
        (HttpStatusCode status, string answer) = await PostAsync(folder, "/api/v1/config/reload");
        Assert.Equal((HttpStatusCode.OK, """{"applied":["rules"],"awaits_restart":["region"]}"""), (status, answer));
        Assert.Contains("region has changed; it holds when the agent is started again", agent.Process.Error.Text, StringComparison.Ordinal);
        Assert.Equal("\"\"", (await OptionAsync(folder, "region")).Value);
        network.ConnectToClosed(4719);
        network.ConnectToClosed(4720);
        Scrape after = await agent.QuietAsync();
        Assert.Equal(told, agent.Stored.Documents().Count(document => DropDocument.Port(document) == 4719));
        Assert.True(after.Sum("huatuo_events_ignored_total", ("tracer", "dropwatch"), ("rule", "not-4719")) > 0);
        Assert.Equal(Runs(before, "dropwatch"), Runs(after, "dropwatch"));

        File.WriteAllText(file, ports + "rules:\n  - name: odd\n");
        (status, answer) = await PostAsync(folder, "/api/v1/config/reload");
        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.Contains("nothing has changed", answer, StringComparison.Ordinal);
        await agent.StopAsync();
    }

    [Fact]
    public async Task What_the_API_changes_holds_now_and_at_the_next_start()
    {
        using var folder = new TemporaryFolder();
        using var network = new NetworkPair();
        await using (Agent agent = await Agent.StartAsync(folder.Path, network.OnlyHere))
        {
            (HttpStatusCode status, string answer) = await PatchAsync(folder, """{"options":{"ports":[4720,4721],"max_events_per_second":7}}""");
            Assert.Equal(HttpStatusCode.OK, status);
            Assert.Equal("running", JsonElement.Parse(answer).GetProperty("state").GetString());
            (status, answer) = await PatchAsync(folder, """{"options":{"ports":"x"}}""");
            Assert.Equal(HttpStatusCode.BadRequest, status);
            Assert.Contains("\"tracers.dropwatch.ports: expected ", answer, StringComparison.Ordinal);
            network.ConnectToClosed(4719);
            network.ConnectToClosed(4720);
            await agent.QuietAsync();
            Assert.All(agent.Stored.Documents(), document => Assert.Equal(4720, DropDocument.Port(document)));
            Assert.NotEmpty(agent.Stored.Documents());
            Assert.Contains("audit: root changed the configuration: tracers.dropwatch.ports=4720,4721, tracers.dropwatch.max_events_per_second=7", agent.Process.Error.Text, StringComparison.Ordinal);
            agent.Process.Signal(Signal.Kill);
            await agent.Process.EndAsync();
        }
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Path.Combine(folder.Path, "options.json")));
        await using Agent next = await Agent.StartAsync(folder.Path, network.OnlyHere);
        Assert.Equal(("[4720, 4721]", Path.Combine(folder.Path, "options.json")), await OptionAsync(folder, "tracers.dropwatch.ports"));
        (HttpStatusCode removed, _) = await PatchAsync(folder, """{"options":{"ports":null}}""");
        Assert.Equal(HttpStatusCode.OK, removed);
        Assert.Equal(("[]", "default"), await OptionAsync(folder, "tracers.dropwatch.ports"));
        Assert.Equal(("7", Path.Combine(folder.Path, "options.json")), await OptionAsync(folder, "tracers.dropwatch.max_events_per_second"));
        await next.StopAsync();
    }

    private static Task ReloadsAsync(Agent agent, int applied, int wrong, int isWrong) => Eventually.HoldsAsync("the reload is counted", async () =>
    {
        Scrape now = await agent.ScrapeAsync();
        return (now.Sum("huatuo_config_reloads_total", ("result", "applied")), now.Sum("huatuo_config_reloads_total", ("result", "wrong")), now.Sum("huatuo_config_wrong")) == (applied, wrong, isWrong);
    });

    private static async Task HangUpAsync(Agent agent, string said)
    {
        agent.Process.Signal(Signal.Hangup);
        await Eventually.HoldsAsync(said, () => agent.Process.Error.Text.Contains(said, StringComparison.Ordinal));
    }

    private static long Runs(Scrape scrape, string tracer) => scrape.Sum("huatuo_tracer_runs_total", ("tracer", tracer));

    private static async Task<(string Value, string Origin)> OptionAsync(TemporaryFolder folder, string key)
    {
        using HttpClient root = RootClient.Create(folder.Path);
        string config = await root.GetStringAsync("http://huatuo/api/v1/config", TestContext.Current.CancellationToken);
        JsonElement option = JsonElement.Parse(config).GetProperty("options").EnumerateArray().Single(option => option.GetProperty("key").GetString() == key);
        return (option.GetProperty("value").GetString()!, option.GetProperty("origin").GetString()!);
    }

    private static async Task<(HttpStatusCode Status, string Answer)> PostAsync(TemporaryFolder folder, string path)
    {
        using HttpClient root = RootClient.Create(folder.Path);
        using HttpResponseMessage answer = await root.PostAsync("http://huatuo" + path, null, TestContext.Current.CancellationToken);
        return (answer.StatusCode, await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }

    private static async Task<(HttpStatusCode Status, string Answer)> PatchAsync(TemporaryFolder folder, string body)
    {
        using HttpClient root = RootClient.Create(folder.Path);
        using var content = new StringContent(body, Encoding.UTF8, "application/json");
        using HttpResponseMessage answer = await root.PatchAsync("http://huatuo/api/v1/tracers/dropwatch/options", content, TestContext.Current.CancellationToken);
        return (answer.StatusCode, await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }
}
