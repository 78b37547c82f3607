using System.Net;
using System.Text;
using System.Text.Json;
using Huatuo.EndToEnd.Tests.Machine;
using Huatuo.EndToEnd.Tests.Metrics;
using Huatuo.EndToEnd.Tests.Product;

namespace Huatuo.EndToEnd.Tests;

/// <summary>The configuration of a running agent, changed by <c>PATCH /api/v1/config</c>.</summary>
public sealed class ConfigPatchTests
{
    private const string Rule = """{"name":"not-4719","tracer":"dropwatch","when":[{"field":"layers.tcp.dport","is":4719}]}""";

    [Fact]
    public async Task Rules_and_bounds_hold_at_once_and_after_a_crash_and_no_event_is_lost_for_them()
    {
        using var folder = new TemporaryFolder();
        using var network = new NetworkPair();
        // The flood must not use up what may be told of the packets after it.
        await using (Agent agent = await Agent.StartAsync(folder.Path, [.. network.OnlyHere, "--set", "tracers.dropwatch.max_events_per_second=0"]))
        {
            long runs = (await agent.ScrapeAsync()).Sum("huatuo_tracer_runs_total", ("tracer", "dropwatch"));
            using (Flood flood = network.Flood())
            {
                Task sending = Task.Run(() => flood.Send(2000), TestContext.Current.CancellationToken);
                for (int i = 0; i < 20; i++)
                {
                    (HttpStatusCode changed, string told) = await PatchAsync(folder.Path, $$$$"""{"store":{"local":{"max_size":"{{{{i + 1}}}}MiB"}},"rules":[{{{{(i % 2 == 0 ? Rule : "")}}}}]}""");
                    Assert.True(changed == HttpStatusCode.OK, told);
                }
                await sending;
            }
            (HttpStatusCode status, string answer) = await PatchAsync(folder.Path, $$"""{"rules":[{{Rule}}]}""");
            Assert.Equal(HttpStatusCode.OK, status);
            JsonElement config = JsonElement.Parse(answer).GetProperty("config");
            Assert.Equal("20MiB", config.GetProperty("store").GetProperty("local").GetProperty("max_size").GetString());
            Assert.Equal("""{"name":"not-4719","tracer":"dropwatch","enabled":true,"when":[{"field":"layers.tcp.dport","is":"4719"}]}""", config.GetProperty("rules")[0].GetRawText());
            network.ConnectToClosed(4719);
            network.ConnectToClosed(4720);
            Scrape quiet = await agent.QuietAsync();
            LedgerBalance.AssertHolds(quiet);
            Assert.True(quiet.Sum("huatuo_events_ignored_total", ("tracer", "dropwatch"), ("rule", "not-4719")) > 0);
            Assert.Equal(runs, quiet.Sum("huatuo_tracer_runs_total", ("tracer", "dropwatch")));
            Assert.Contains("audit: root changed store.local.max_size from 19MiB to 20MiB", agent.Process.Error.Text, StringComparison.Ordinal);
            Assert.Contains("audit: root changed rules.not-4719 from none to not-4719|dropwatch|on|layers.tcp.dport Is 4719", agent.Process.Error.Text, StringComparison.Ordinal);
            (status, answer) = await PatchAsync(folder.Path, """{"store":{"local":{"max_size":"1GiB"}},"data_dir":"/etc"}""");
            Assert.Equal(HttpStatusCode.BadRequest, status);
            Assert.Contains("data_dir: cannot be set to /etc here", answer, StringComparison.Ordinal);
            agent.Process.Signal(Signal.Kill);
            await agent.Process.EndAsync();
        }
        string shown = (await HuatuoProcess.RunAsync("config", "show", "--set", $"data_dir={folder.Path}")).Expect(0).Output;
        Assert.Contains($"max_size: 20MiB  # {folder.Path}/options.json\n", shown, StringComparison.Ordinal);
        Assert.Contains($"- name: not-4719  # {folder.Path}/options.json\n", shown, StringComparison.Ordinal);
        await using Agent next = await Agent.StartAsync(folder.Path, network.OnlyHere);
        int before = next.Stored.Documents().Count(document => DropDocument.Port(document) == 4719);
        network.ConnectToClosed(4719);
        await next.QuietAsync();
        Assert.Equal(before, next.Stored.Documents().Count(document => DropDocument.Port(document) == 4719));
        await next.StopAsync();
    }

    [Fact]
    public async Task Bounds_of_one_tracers_files_hold_without_a_start_and_those_of_others_stay()
    {
        using var folder = new TemporaryFolder();
        using var network = new NetworkPair();
        await using Agent agent = await Agent.StartAsync(folder.Path, [.. network.OnlyHere, "--set", "store.local.rotate_size=64KiB", "--set", "store.local.compress=false", "--set", "tracers.dropwatch.max_events_per_second=0"]);
        string[] Rotated() => [.. Directory.GetFiles(Path.Combine(folder.Path, "events")).Select(file => Path.GetFileName(file)!).Where(file => file.StartsWith("dropwatch.jsonl.", StringComparison.Ordinal))];
        using Flood flood = network.Flood();
        flood.Send(900);
        await agent.QuietAsync();
        Assert.InRange(Rotated().Length, 3, 10);
        (HttpStatusCode status, string answer) = await PatchAsync(folder.Path, """{"store":{"local":{"tracers":{"dropwatch":{"max_size":"100KiB"}}}}}""");
        Assert.True(status == HttpStatusCode.OK, answer);
        Assert.Equal("""{"dropwatch":{"max_size":"100KiB"}}""", JsonElement.Parse(answer).GetProperty("config").GetProperty("store").GetProperty("local").GetProperty("tracers").GetRawText());
        await Eventually.HoldsAsync("the oldest files go", () => Rotated() is ["dropwatch.jsonl.1"]);
        (status, answer) = await PatchAsync(folder.Path, """{"store":{"local":{"tracers":{"cpu_stat":{"max_size":"100KiB"}}}}}""");
        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.Contains("store.local.tracers.cpu_stat: this tracer gives metrics alone, and has no files; leave it out", answer, StringComparison.Ordinal);
        await agent.StopAsync();
    }

    [Fact]
    public async Task Triggers_are_changed_by_either_of_their_names()
    {
        using var folder = new TemporaryFolder();
        await using Agent agent = await Agent.StartAsync(folder.Path);
        (HttpStatusCode status, string answer) = await PatchAsync(folder.Path, """{"autotracing":{"triggers":[{"name":"busy","when":"rate(huatuo_softirq_handler_seconds_sum[1m]) > 1000","capture":"oncpu"}]}}""");
        Assert.True(status == HttpStatusCode.OK, answer);
        JsonElement triggers = JsonElement.Parse(answer).GetProperty("config").GetProperty("tracers").GetProperty("autotrace_trigger").GetProperty("triggers");
        Assert.Equal("busy", Assert.Single(triggers.EnumerateArray()).GetProperty("name").GetString());
        (status, answer) = await PatchAsync(folder.Path, """{"autotracing":{"triggers":[{"name":"busy","when":"odd odd"}]}}""");
        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.Contains("tracers.autotrace_trigger.triggers: ", answer, StringComparison.Ordinal);
        (status, answer) = await PatchAsync(folder.Path, $$$$$"""{"tracers":{"autotrace_trigger":{"triggers":{{{{{triggers.GetRawText()}}}}}}}}""");
        Assert.True(status == HttpStatusCode.OK, answer);
        await agent.StopAsync();
    }

    [Fact]
    public async Task On_a_full_disk_nothing_changes_and_that_is_told()
    {
        using var disk = new SmallDisk(kib: 2048);
        using var network = new NetworkPair();
        await using Agent agent = await Agent.StartAsync(disk.Path, [.. network.OnlyHere, "--set", "store.local.enabled=false", "--set", "store.sqlite.enabled=false"]);
        (HttpStatusCode status, string answer) = await PatchAsync(disk.Path, """{"api":{"max_streams":3}}""");
        Assert.True(status == HttpStatusCode.OK, answer);
        string kept = File.ReadAllText($"{disk.Path}/options.json");
        Assert.Throws<IOException>(() => disk.Load(4096));
        (status, answer) = await PatchAsync(disk.Path, """{"api":{"max_streams":4}}""");
        Assert.Equal(HttpStatusCode.ServiceUnavailable, status);
        JsonElement error = JsonElement.Parse(answer).GetProperty("error");
        Assert.Equal("unavailable", error.GetProperty("code").GetString());
        Assert.EndsWith("; nothing has changed", error.GetProperty("message").GetString(), StringComparison.Ordinal);
        Assert.Equal($"see that {disk.Path}/options.json can be read and written, and that there is room for it", error.GetProperty("hint").GetString());
        Assert.Equal(kept, File.ReadAllText($"{disk.Path}/options.json"));
        Assert.Empty(Directory.GetFiles(disk.Path, "*.new"));
        disk.Unload();
        (status, answer) = await PatchAsync(disk.Path, """{"metrics":{"upstream_names":true}}""");
        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Equal(3, JsonElement.Parse(answer).GetProperty("config").GetProperty("api").GetProperty("max_streams").GetInt32());
        await agent.StopAsync();
    }

    private static async Task<(HttpStatusCode Status, string Answer)> PatchAsync(string dataDir, string body)
    {
        using HttpClient root = RootClient.Create(dataDir);
        using var content = new StringContent(body, Encoding.UTF8, "application/json");
        using HttpResponseMessage answer = await root.PatchAsync("http://huatuo/api/v1/config", content, TestContext.Current.CancellationToken);
        return (answer.StatusCode, await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }
}
