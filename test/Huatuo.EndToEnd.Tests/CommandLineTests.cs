using System.Text.Json;
using Huatuo.EndToEnd.Tests.Machine;
using Huatuo.EndToEnd.Tests.Metrics;
using Huatuo.EndToEnd.Tests.Product;

namespace Huatuo.EndToEnd.Tests;

public sealed class CommandLineTests
{
    /// <summary>A mount namespace in which nothing is mounted where tracepoints are found.</summary>
    private static readonly Launch WithoutTracefs = new()
    {
        Prefix = ["unshare", "--mount", "sh", "-c", "umount -l /sys/kernel/debug/tracing /sys/kernel/tracing /sys/kernel/debug 2>/dev/null; exec \"$@\"", "sh"],
    };

    private static readonly Launch WithoutCapabilities = new() { Prefix = ["setpriv", "--bounding-set=-all", "--inh-caps=-all"] };

    [Theory]
    [InlineData("")]
    [InlineData("agent")]
    [InlineData("trace")]
    [InlineData("trace dropwatch")]
    [InlineData("events")]
    [InlineData("profile")]
    [InlineData("profile oncpu")]
    [InlineData("profile offcpu")]
    [InlineData("profile memory")]
    [InlineData("profile io")]
    [InlineData("profile lock")]
    [InlineData("profile diff")]
    [InlineData("doctor")]
    [InlineData("tracers")]
    [InlineData("token")]
    [InlineData("token create")]
    [InlineData("token list")]
    [InlineData("token revoke")]
    [InlineData("config")]
    [InlineData("config show")]
    [InlineData("config check")]
    public async Task Every_command_has_help(string command)
    {
        Ending help = (await HuatuoProcess.RunAsync([.. command.Split(' ', StringSplitOptions.RemoveEmptyEntries), "--help"])).Expect(0);
        Assert.Contains($"huatuo {command}".TrimEnd(), help.Output, StringComparison.Ordinal);
        Assert.Empty(help.Error);
    }

    [Theory]
    [InlineData("agent --bogus")]
    [InlineData("agent --disable nothing")]
    [InlineData("agent --listen nowhere")]
    [InlineData("trace nothing")]
    [InlineData("trace dropwatch --duration soon")]
    [InlineData("trace dropwatch --set reasons")]
    [InlineData("doctor -o xml")]
    [InlineData("agent --config /nothing/huatuo.yaml")]
    [InlineData("events --since yesterday")]
    [InlineData("events --where layers.tcp.dport")]
    [InlineData("events --where pid<x")]
    [InlineData("events --where comm~(")]
    [InlineData("events --tracer nothing")]
    [InlineData("events --limit -1")]
    [InlineData("token create a/b --scope read")]
    [InlineData("token create reader --scope write")]
    [InlineData("token create reader")]
    [InlineData("profile oncpu --frequency 0")]
    [InlineData("profile oncpu --cpus all")]
    [InlineData("profile oncpu --duration 0s")]
    [InlineData("profile oncpu --pid 4194305")]
    [InlineData("profile oncpu --container nothing")]
    [InlineData("profile oncpu -o xml")]
    [InlineData("profile offcpu --min-duration soon")]
    [InlineData("profile offcpu --cpus none")]
    [InlineData("profile memory --kind all")]
    [InlineData("profile memory --sample 0")]
    [InlineData("profile memory --sample 2GiB")]
    [InlineData("profile io --layer disk")]
    [InlineData("profile io --by count")]
    [InlineData("profile io --sample 2MiB")]
    [InlineData("profile io --min-duration soon")]
    [InlineData("profile lock --kind user")]
    [InlineData("profile lock --sample 2s")]
    [InlineData("profile lock --tid 4194305")]
    [InlineData("profile diff one")]
    public async Task Wrong_usage_is_2_and_told_on_standard_error(string arguments)
    {
        Ending wrong = (await HuatuoProcess.RunAsync(arguments.Split(' '))).Expect(2);
        Assert.Empty(wrong.Output);
        Assert.StartsWith("huatuo: ", wrong.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("agent")]
    [InlineData("trace", "dropwatch")]
    [InlineData("doctor")]
    [InlineData("config", "check")]
    public async Task A_wrong_file_is_2_with_its_place_and_a_suggestion(params string[] command)
    {
        using var folder = new TemporaryFolder();
        string file = folder.Write("huatuo.yaml", "region: x\ntracers:\n  dropwatch:\n    prots: [80]\n");
        Ending wrong = (await HuatuoProcess.RunAsync([.. command, "--config", file])).Expect(2);
        Assert.Equal($"huatuo: {file}:4:5: tracers.dropwatch.prots: unknown key; did you mean 'ports'?", wrong.Error);
        Assert.Empty(wrong.Output);
    }

    [Fact]
    public async Task A_port_in_use_is_1()
    {
        using var folder = new TemporaryFolder();
        using var other = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, 0);
        other.Start();
        Ending ending = (await HuatuoProcess.RunAsync("agent", "--data-dir", folder.Path, "--listen", $"{other.LocalEndpoint}")).Expect(1);
        Assert.Contains($"huatuo: cannot listen on {other.LocalEndpoint}: the address is in use", ending.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("running on", ending.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/proc/huatuo", "cannot make the directory /proc/huatuo")]
    [InlineData("/dev/null", "/dev/null")]
    public async Task An_unusable_data_folder_is_1(string folder, string message)
    {
        Ending ending = (await HuatuoProcess.RunAsync("agent", "--listen", "127.0.0.1:0", "--data-dir", folder)).Expect(1);
        Assert.Contains(message, ending.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("metrics on", ending.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_filter_that_libpcap_refuses_is_2_in_its_words()
    {
        Ending ending = (await HuatuoProcess.RunAsync("trace", "dropwatch", "--filter", "tcp prot 443", "--duration", "1s")).Expect(2);
        Assert.Equal("huatuo: --filter: tracers.dropwatch.filter: can't parse filter expression: syntax error; found 'tcp prot 443'", ending.Error);
    }

    [Fact]
    public async Task A_hook_that_is_not_there_is_3_with_a_hint()
    {
        Ending ending = (await HuatuoProcess.RunAsync(WithoutTracefs, "trace", "dropwatch", "--set", "hook=tp/skb/kfree_skb", "--duration", "1s")).Expect(3);
        Assert.Contains("needs tracefs (since 4.1); mount it: mount -t tracefs tracefs /sys/kernel/tracing", ending.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("trace", "dropwatch")]
    [InlineData("agent")]
    [InlineData("profile", "oncpu")]
    public async Task Without_capabilities_it_is_4(params string[] command)
    {
        Ending ending = (await HuatuoProcess.RunAsync(WithoutCapabilities, command)).Expect(4);
        Assert.Contains("needs privileges: run as root", ending.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_doctor_tells_of_what_was_changed_while_an_agent_ran_and_goes_on_without_what_cannot_be_read()
    {
        using var folder = new TemporaryFolder();
        string file = Path.Combine(folder.Path, "huatuo.yaml"), kept = Path.Combine(folder.Path, "options.json");
        File.WriteAllText(file, $"data_dir: {folder.Path}\n");
        File.WriteAllText(kept, """{"version":1,"options":{"tracers.dropwatch.enabled":"false"}}""");
        Assert.Equal("disabled", Dropwatch(JsonElement.Parse((await HuatuoProcess.RunAsync("doctor", "-o", "json", "--config", file)).Expect(0).Output)).GetProperty("state").GetString());
        File.WriteAllText(kept, "{}");
        Ending odd = (await HuatuoProcess.RunAsync("doctor", "-o", "json", "--config", file)).Expect(0);
        Assert.Equal("supported", Dropwatch(JsonElement.Parse(odd.Output)).GetProperty("state").GetString());
        Assert.StartsWith($"huatuo: {kept} is not a file of options: ", odd.Error, StringComparison.Ordinal);
        File.WriteAllText(kept, """{"version":1,"options":{"tracers.dropwatch.enabled":"perhaps"}}""");
        (await HuatuoProcess.RunAsync("doctor", "--config", file)).Expect(2);
    }

    [Fact]
    public async Task The_doctor_tells_of_every_tracer_and_ends_well_without_privileges()
    {
        Ending ending = (await HuatuoProcess.RunAsync("doctor", "-o", "json")).Expect(0);
        JsonElement all = JsonElement.Parse(ending.Output);
        Assert.Equal(["kernel", "features", "privileges", "agent", "container_names", "tracers", "profilers"], Names(all));
        Assert.Equal(File.ReadAllText("/proc/sys/kernel/osrelease").Trim(), all.GetProperty("kernel").GetString());
        Assert.All(all.GetProperty("features").EnumerateObject(), feature => Assert.Equal(["value", "note"], Names(feature.Value)));
        Assert.Equal(await TracersAsync(), all.GetProperty("tracers").EnumerateArray().Select(tracer => tracer.GetProperty("name").GetString()));
        Assert.All(all.GetProperty("tracers").EnumerateArray(), tracer => Assert.Equal(["name", "kind", "state", "rung", "reason", "since", "hint"], Names(tracer)));
        Assert.Equal(
            ["oncpu profile supported perf_event/cpu-clock", "offcpu profile supported tp_btf/sched_switch+tp_btf/sched_waking",
                "memory profile supported raw_tp/mm_page_alloc+raw_tp/mm_page_free, tp_btf/sys_enter+tp_btf/sys_exit",
                "io profile supported raw_tp/block_bio_queue+raw_tp/block_rq_complete, tp_btf/sys_enter+tp_btf/sys_exit+tp_btf/sched_process_exit",
                "lock profile supported raw_tp/contention_begin+raw_tp/contention_end, tp_btf/sys_enter+tp_btf/sys_exit+tp_btf/sched_waking",
            ],
            all.GetProperty("profilers").EnumerateArray().Select(profiler => string.Join(' ', ((string[])["name", "kind", "state", "rung"]).Select(field => profiler.GetProperty(field).GetString()))));
        JsonElement tracer = Dropwatch(all);
        bool hardware = File.ReadLines("/proc/kallsyms").Any(line => line.Contains(" __traceiter_devlink_trap_report", StringComparison.Ordinal));
        string missing = hardware
            ? "\"reason\":null,\"since\":null,\"hint\":null"
            : "\"reason\":\"without tp_btf/devlink_trap_report\",\"since\":\"\",\"hint\":\"what they tell is not told here\"";
        Assert.Equal(
            """{"name":"dropwatch","kind":"event","state":"supported","rung":"tp_btf/kfree_skb",""" + missing + "}",
            tracer.GetRawText());
        Assert.Contains("dropwatch", (await HuatuoProcess.RunAsync("doctor")).Expect(0).Output, StringComparison.Ordinal);

        JsonElement poor = JsonElement.Parse((await HuatuoProcess.RunAsync(WithoutCapabilities, "doctor", "-o", "json")).Expect(0).Output);
        tracer = Dropwatch(poor);
        Assert.Equal("unsupported", tracer.GetProperty("state").GetString());
        Assert.Equal("permission to load BPF programs", tracer.GetProperty("reason").GetString());
        Assert.All(poor.GetProperty("profilers").EnumerateArray(), profiler => Assert.Equal("permission to load BPF programs", profiler.GetProperty("reason").GetString()));
    }

    [Theory]
    [InlineData("libpcap", "packet_filters", "no pcap expressions without libpcap; on Debian: apt-get install libpcap0.8")]
    [InlineData("liblzma", "packed_symbols", "profiles lack names of stripped files (MiniDebugInfo) without liblzma; on Debian: apt-get install liblzma5")]
    public async Task The_doctor_tells_which_library_is_missing(string library, string feature, string note)
    {
        JsonElement all = JsonElement.Parse((await HuatuoProcess.RunAsync("doctor", "-o", "json")).Expect(0).Output).GetProperty("features");
        Assert.Equal("""{"value":"yes","note":""}""", all.GetProperty(feature).GetRawText());
        var without = new Launch
        {
            Prefix = ["unshare", "--mount", "sh", "-c", $"for file in $(ldconfig -p | sed -n 's,.*{library}\\.so.* => ,,p'); do mount --bind /dev/null $file; done; exec \"$@\"", "sh"],
        };
        JsonElement poor = JsonElement.Parse((await HuatuoProcess.RunAsync(without, "doctor", "-o", "json")).Expect(0).Output).GetProperty("features");
        Assert.Equal(("no", note), (poor.GetProperty(feature).GetProperty("value").GetString(), poor.GetProperty(feature).GetProperty("note").GetString()));
        Assert.Contains($"{feature,-16} no: {note}", (await HuatuoProcess.RunAsync(without, "doctor")).Expect(0).Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_configuration_that_is_shown_gives_the_same_again()
    {
        using var folder = new TemporaryFolder();
        string first = folder.Write("first.yaml", "region: here\ntracers: {dropwatch: {protocols: [tcp, udp], max_events_per_second: 7}}\n");
        string shown = (await HuatuoProcess.RunAsync("config", "show", "--config", first, "--set", "tracers.dropwatch.ports=443")).Expect(0).Output;
        string second = folder.Write("second.yaml", shown);
        string again = (await HuatuoProcess.RunAsync("config", "show", "--config", second)).Expect(0).Output;

        Assert.Equal(WithoutOrigins(shown), WithoutOrigins(again));
        Assert.Contains($"    max_events_per_second: 7  # {first}:2", shown, StringComparison.Ordinal);
        Assert.Contains("    ports: [443]  # --set", shown, StringComparison.Ordinal);
        Assert.Contains("    ring_bytes: 1MiB  # default", shown, StringComparison.Ordinal);
        Assert.Equal(("", ""), (await HuatuoProcess.RunAsync("config", "check", "--config", second)).Expect(0) is var check ? (check.Output, check.Error) : default);
    }

    [Fact]
    public async Task An_option_beats_the_file_which_beats_the_default()
    {
        using var folder = new TemporaryFolder();
        string file = folder.Write("huatuo.yaml", $"data_dir: {folder.Path}/of-file\nregion: of-file\ntracers: {{dropwatch: {{max_events_per_second: 0}}}}\n");
        using var network = new NetworkPair();
        await using Agent agent = await Agent.StartAsync($"{folder.Path}/of-option", ["--config", file, .. network.OnlyHere]);
        using Flood flood = network.Flood();
        flood.Send(300);
        await agent.QuietAsync();

        Assert.False(Directory.Exists($"{folder.Path}/of-file"));
        Assert.Equal(300, agent.Stored.Documents().Count(document => document.GetProperty("region").GetString() == "of-file"));
    }

    [Fact]
    public async Task A_disabled_tracer_loads_nothing()
    {
        using var folder = new TemporaryFolder();
        string[] tracers = await TracersAsync();
        await using Agent agent = await Agent.StartAsync(folder.Path, [.. tracers.SelectMany(tracer => (string[])["--disable", tracer])]);
        Scrape scrape = await agent.ScrapeAsync();

        Assert.Equal(1, scrape.Sum("huatuo_tracer_state", ("tracer", "dropwatch"), ("state", "disabled")));
        Assert.Equal(tracers.Length, scrape.Sum("huatuo_tracer_state", ("state", "disabled")));
        Assert.Equal(tracers.Length, scrape.Sum("huatuo_tracer_state"));
        BpfObjects held = BpfObjects.HeldBy(agent.Process.Id);
        // Those three tell of cgroups and of containers' first processes, and belong to no tracer.
        Assert.Equal(3, held.Programs.Count);
        Assert.Equal(0, scrape.Sum("huatuo_bpf_map_bytes"));
        await agent.StopAsync();
    }

    [Fact]
    public async Task The_tracers_are_listed()
    {
        Ending ending = (await HuatuoProcess.RunAsync("tracers")).Expect(0);
        Assert.Contains(ending.Output.Split('\n'), line => line.StartsWith("dropwatch ", StringComparison.Ordinal));
        Assert.Empty(ending.Error);
    }

    private static async Task<string[]> TracersAsync() =>
        [.. (await HuatuoProcess.RunAsync("tracers")).Expect(0).Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split(' ')[0])];

    private static JsonElement Dropwatch(JsonElement doctor) =>
        Assert.Single(doctor.GetProperty("tracers").EnumerateArray(), tracer => tracer.GetProperty("name").GetString() == "dropwatch");

    private static IEnumerable<string> Names(JsonElement element) => element.EnumerateObject().Select(field => field.Name);

    private static string WithoutOrigins(string shown) =>
        string.Join('\n', shown.Split('\n').Select(line => line.LastIndexOf("  # ", StringComparison.Ordinal) is >= 0 and var at ? line[..at] : line));
}
