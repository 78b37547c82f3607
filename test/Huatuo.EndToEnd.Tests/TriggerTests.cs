using System.Diagnostics;
using System.Text.Json;
using Huatuo.EndToEnd.Tests.Machine;
using Huatuo.EndToEnd.Tests.Product;

namespace Huatuo.EndToEnd.Tests;

/// <summary>Triggers that the configuration has.</summary>
public sealed class TriggerTests
{
    [Fact]
    public async Task A_condition_on_a_counter_of_the_ledger_takes_one_picture_of_the_machine()
    {
        using var folder = new TemporaryFolder();
        string file = folder.Write("huatuo.yaml", """
            tracers:
              dropwatch: {ports: [4720]}
              autotrace_trigger: {interval: 500ms}
            autotracing:
              triggers:
                - name: first-drop
                  when: 'huatuo_events_accepted_total{tracer="dropwatch"} > 0 for 2 samples'
                  capture: [oncpu, top_memory]
                  duration: 2s
                - {name: never, when: 'sum(rate(huatuo_events_accepted_total{tracer="dropwatch"}[1s])) < -1'}
            """);
        using Process busy = Process.Start("bash", ["-c", "while :; do :; done"]);
        try
        {
            await TakesOneAsync(folder, file);
        }
        finally
        {
            busy.Kill();
            await busy.WaitForExitAsync(TestContext.Current.CancellationToken);
        }
    }

    private static async Task TakesOneAsync(TemporaryFolder folder, string file)
    {
        await using Agent agent = await Agent.StartAsync(folder.Path, "--config", file);
        var stored = new StoredFile(Path.Combine(folder.Path, "events", "autotrace_trigger.jsonl"));
        Assert.False(File.Exists(Path.Combine(folder.Path, "events", "autotrace_trigger.jsonl")) && stored.Documents().Count > 0);
        using var network = new NetworkPair();
        network.ConnectToClosed(4720);
        await Eventually.HoldsAsync("a picture", () => File.Exists(Path.Combine(folder.Path, "events", "autotrace_trigger.jsonl")) && stored.Documents().Count > 0);
        network.ConnectToClosed(4720);
        await agent.QuietAsync();
        await agent.StopAsync();

        JsonElement document = Assert.Single(stored.Documents());
        Assert.Equal(("autotrace_trigger", "autotracing"), (document.GetProperty("tracer_name").GetString(), document.GetProperty("tracer_type").GetString()));
        JsonElement data = document.GetProperty("tracer_data");
        Assert.Equal(
            ["observed_timestamp", "trigger", "when", "series", "value", "threshold", "samples", "captures", "top_memory_usage"],
            data.EnumerateObject().Select(field => field.Name));
        Assert.Equal("first-drop", data.GetProperty("trigger").GetString());
        Assert.Equal("huatuo_events_accepted_total{tracer=\"dropwatch\"} > 0 for 2 samples", data.GetProperty("when").GetString());
        Assert.Equal("huatuo_events_accepted_total{tracer=\"dropwatch\"}", data.GetProperty("series").GetString());
        Assert.True(data.GetProperty("value").GetDouble() >= 1);
        Assert.Equal((0.0, 2), (data.GetProperty("threshold").GetDouble(), data.GetProperty("samples").GetInt32()));
        JsonElement capture = Assert.Single(data.GetProperty("captures").EnumerateArray());
        Assert.Equal("oncpu", capture.GetProperty("profiler").GetString());
        Assert.Contains("bash", capture.GetProperty("flamedata").EnumerateArray().Select(row => row.GetProperty("label").GetString()));
        Assert.True(capture.GetProperty("capture").GetProperty("duration_ns").GetInt64() >= 2_000_000_000);
        Assert.False(capture.GetProperty("capture").TryGetProperty("error", out _));
        Assert.Equal(10, data.GetProperty("top_memory_usage").GetArrayLength());
    }

    [Fact]
    public async Task A_rate_that_holds_for_three_looks_takes_one_picture_of_who_has_the_CPU()
    {
        const string when = "rate(huatuo_events_submitted_total{tracer=\"dropwatch\"}[1s]) > 5 for 3 samples";
        using var folder = new TemporaryFolder();
        string file = folder.Write("huatuo.yaml", $"""
            tracers:
              dropwatch: {"{ports: [4722], max_events_per_second: 0}"}
              autotrace_trigger: {"{interval: 500ms}"}
            autotracing:
              triggers:
                - {"{"}name: storm, when: '{when}', capture: [oncpu], duration: 2s{"}"}
            """);
        await using Agent agent = await Agent.StartAsync(folder.Path, "--config", file);
        string events = Path.Combine(folder.Path, "events", "autotrace_trigger.jsonl");
        var stored = new StoredFile(events);
        using var network = new NetworkPair();
        // A drop alone is no storm.
        network.ConnectToClosed(4722);
        await Eventually.HoldsAsync("the drop", () => File.Exists(Path.Combine(folder.Path, "events", "dropwatch.jsonl")) && new StoredFile(Path.Combine(folder.Path, "events", "dropwatch.jsonl")).Documents().Count > 0);
        using var over = new CancellationTokenSource();
        Task storm = Task.Run(
            () =>
            {
                while (!over.IsCancellationRequested)
                    network.ConnectToClosed(4722);
            },
            TestContext.Current.CancellationToken);
        await Eventually.HoldsAsync("a picture", () => File.Exists(events) && stored.Documents().Count > 0);
        await over.CancelAsync();
        await storm;
        await agent.QuietAsync();
        await agent.StopAsync();

        JsonElement data = Assert.Single(stored.Documents()).GetProperty("tracer_data");
        Assert.Equal(
            ("storm", when, "huatuo_events_submitted_total{tracer=\"dropwatch\"}"),
            (data.GetProperty("trigger").GetString(), data.GetProperty("when").GetString(), data.GetProperty("series").GetString()));
        Assert.True(data.GetProperty("value").GetDouble() > 5);
        Assert.Equal((5.0, 3), (data.GetProperty("threshold").GetDouble(), data.GetProperty("samples").GetInt32()));
        JsonElement capture = Assert.Single(data.GetProperty("captures").EnumerateArray());
        Assert.Equal("oncpu", capture.GetProperty("profiler").GetString());
        Assert.False(capture.GetProperty("capture").TryGetProperty("error", out _));
        // The kernel drops the segments while who sends them has the CPU.
        Assert.Contains(capture.GetProperty("flamedata").EnumerateArray(), row => row.GetProperty("label").GetString()!.Contains("tcp_v4_connect", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Conditions_on_the_agent_itself_and_its_sinks_are_looked_at()
    {
        using var folder = new TemporaryFolder();
        // Nobody listens on the port of discard.
        string file = folder.Write("huatuo.yaml", """
            tracers:
              dropwatch: {ports: [4721]}
              autotrace_trigger: {interval: 500ms}
            store:
              elasticsearch: {enabled: true, addresses: ["http://127.0.0.1:9"]}
            profiling: {enabled: true, window: 1s}
            autotracing:
              triggers:
                - {name: process, when: 'process_threads > 0', capture: [top_memory]}
                - {name: runtime, when: 'dotnet_gc_heap_bytes > 0', capture: [top_memory]}
                - {name: server, when: 'sum(huatuo_http_requests_total) > 0', capture: [top_memory]}
                - {name: programs, when: 'sum(huatuo_bpf_map_bytes{tracer="dropwatch"}) > 0', capture: [top_memory]}
                - {name: configuration, when: 'huatuo_config_wrong == 0', capture: [top_memory]}
                - {name: profiles, when: 'huatuo_events_accepted_total{tracer="profiler"} > 0', capture: [top_memory]}
                - {name: sink, when: 'huatuo_sink_failing{sink="elasticsearch"} > 0', capture: [top_memory]}
            """);
        await using Agent agent = await Agent.StartAsync(folder.Path, "--config", file);
        var stored = new StoredFile(Path.Combine(folder.Path, "events", "autotrace_trigger.jsonl"));
        using var network = new NetworkPair();
        network.ConnectToClosed(4721);
        await Eventually.HoldsAsync("a picture of each", () => File.Exists(Path.Combine(folder.Path, "events", "autotrace_trigger.jsonl")) && stored.Documents().Count == 7);
        await agent.StopAsync();
        Assert.Equal(["configuration", "process", "profiles", "programs", "runtime", "server", "sink"], stored.Documents().Select(document => document.GetProperty("tracer_data").GetProperty("trigger").GetString()).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_condition_that_is_none_is_told_with_its_line()
    {
        using var folder = new TemporaryFolder();
        string file = folder.Write("huatuo.yaml", "autotracing:\n  triggers:\n    - name: x\n      when: 'huatuo_up >> 5'\n");
        Ending wrong = (await HuatuoProcess.RunAsync("config", "check", "--config", file)).Expect(2);
        Assert.Contains($"{file}:3:7: when: column 12: expected a number, found '> 5'", wrong.Error, StringComparison.Ordinal);
        file = folder.Write("huatuo.yaml", "autotracing:\n  triggers:\n    - name: x\n      wen: 'huatuo_up > 5'\n");
        wrong = (await HuatuoProcess.RunAsync("config", "check", "--config", file)).Expect(2);
        Assert.Contains($"{file}:4:7: wen: unknown key; did you mean 'when'?", wrong.Error, StringComparison.Ordinal);
        file = folder.Write("huatuo.yaml", "autotracing:\n  triggers:\n    - name: x\n      when: 'huatuo_netstat_levl > 5'\n  trigers: []\n");
        wrong = (await HuatuoProcess.RunAsync("config", "check", "--config", file)).Expect(2);
        Assert.Contains($"{file}:3:7: when: huatuo_netstat_levl: unknown metric; did you mean 'huatuo_netstat_level'?", wrong.Error, StringComparison.Ordinal);
        Assert.Contains($"{file}:5:3: autotracing.trigers: unknown key; did you mean 'triggers'?", wrong.Error, StringComparison.Ordinal);
        file = folder.Write("huatuo.yaml", "autotracing:\n  triggers: []\ntracers:\n  autotrace_trigger: {triggers: [], interval: 5s}\n");
        wrong = (await HuatuoProcess.RunAsync("config", "check", "--config", file)).Expect(2);
        Assert.Contains($"{file}:2:3: autotracing.triggers: there are triggers at {file}:4:23 already; keep one list", wrong.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("autotracing.triggers=", "tracers.autotrace_trigger.triggers: expected a list of triggers, each with name, when and capture, found ''")]
    [InlineData("autotracing.triggers=[]", "tracers.autotrace_trigger.triggers: expected a list of triggers, each with name, when and capture, found '[]'")]
    [InlineData("autotracing=none", "autotracing: expected a mapping of keys, found 'none'")]
    [InlineData("autotracing.trigers=", "autotracing.trigers: unknown key; did you mean 'triggers'?")]
    public async Task What_the_command_line_cannot_say_of_triggers_is_an_error(string set, string error)
    {
        using var folder = new TemporaryFolder();
        string file = folder.Write("huatuo.yaml", "autotracing:\n  triggers:\n    - {name: x, when: 'huatuo_load_container_load1 > 5', capture: [oncpu]}\n");
        (await HuatuoProcess.RunAsync("config", "check", "--config", file)).Expect(0);
        Ending wrong = (await HuatuoProcess.RunAsync("config", "check", "--config", file, "--set", set)).Expect(2);
        Assert.Contains($"--set: {error}", wrong.Error, StringComparison.Ordinal);
    }
}
