using System.Text.Json;
using Huatuo.EndToEnd.Tests.Machine;
using Huatuo.EndToEnd.Tests.Metrics;
using Huatuo.EndToEnd.Tests.Product;

namespace Huatuo.Runtimes.EndToEnd.Tests;

/// <summary>Two pods of a real containerd: what happens in one is told of it, and of its neighbour nothing.</summary>
[Collection(Containerd.Tests)]
public sealed class PodEventsTests
{
    private const string Port = "1009";
    private const int Blocks = 64;
    private const long Memory = 32 << 20;

    [Fact]
    public async Task Drops_disk_requests_waits_for_a_cpu_reclaim_and_kills_are_those_of_their_own_pod()
    {
        Containerd.Require();
        await using Containerd containerd = await Containerd.StartAsync();
        using var folder = new TemporaryFolder();
        await using Agent agent = await Agent.StartAsync(
            folder.Path, "--set", $"runtimes.containerd_socket={containerd.Socket}", "--set", $"tracers.dropwatch.ports={Port}", "--set", "tracers.dropwatch.protocols=tcp",
            "--set", "tracers.memory_reclaim.blocked_threshold=0s");
        (string webSandbox, string web) = await RunAsync(containerd, "web");
        (_, string bank) = await RunAsync(containerd, "bank");
        await agent.KnowsAsync(web, "web");
        await agent.KnowsAsync(bank, "bank");
        Scrape begin = await agent.ScrapeAsync();

        // Nobody listens there. A pod's network namespace is its sandbox's.
        Assert.Equal(1, await containerd.ExecuteAsync(web, "nc", "127.0.0.1", Port));
        JsonElement drop = await agent.EventAsync("dropwatch", webSandbox, data => data.Text("drop_reason") == "NO_SOCKET");
        Assert.Equal(("sandbox", "web-0", "web-0", "shop"), (drop.Text("container_type"), drop.Text("container_hostname"), drop.Text("pod_name"), drop.Text("pod_namespace")));

        await AsksAsync("write", "dd", "if=/dev/zero", "of=/file", "bs=4k", $"count={Blocks}", "oflag=direct");
        await AsksAsync("read", "dd", "if=/file", "of=/dev/null", "bs=4k", $"count={Blocks}", "iflag=direct");

        // What a disk that is busy takes later, from a thread of the kernel, is no container's on cgroup v1: it is asked again then.
        Task AsksAsync(string operation, params string[] command) => Eventually.HoldsAsync($"the container's requests to {operation}", async () =>
        {
            Assert.Equal(0, await containerd.ExecuteAsync(web, command));
            return await agent.HasGrownAsync(begin, "huatuo_iolatency_container_zone_total", Blocks, web, bank, ("operation", operation), ("since", "queue"));
        });

        // Two want one CPU.
        const string loop = "i=0; while [ $i -lt 300000 ]; do i=$((i+1)); done";
        Assert.Equal(0, await containerd.ExecuteAsync(web, "taskset", "1", "/bin/busybox", "sh", "-c", $"({loop}) & {loop}; wait"));
        await agent.GrowsAsync(begin, "huatuo_runqlat_container_wait_seconds_total", 0.001, web, bank);
        await agent.GrowsAsync(begin, "huatuo_runqlat_container_switches_total", 1, web, bank, ("kind", "involuntary"));

        // The page cache of a file fills the limit twice, and then memory does.
        Scrape middle = await agent.ScrapeAsync();
        Assert.Equal(0, await containerd.ExecuteAsync(bank, "dd", "if=/dev/zero", "of=/file", "bs=1M", $"count={2 * (Memory >> 20)}"));
        await agent.GrowsAsync(middle, "huatuo_memcg_reclaim_container_stalls_total", 1, bank, web);
        await agent.GrowsAsync(middle, "huatuo_memcg_reclaim_container_reclaimed_bytes_total", 4096, bank, web);
        AssertNames(await agent.EventAsync("memory_reclaim", bank, data => data.Text("scope") == "memcg"), "bank");
        Assert.Equal(137, await containerd.ExecuteAsync(bank, "tail", "/dev/zero"));
        JsonElement kill = await agent.EventAsync("oom", bank, _ => true);
        AssertNames(kill, "bank");
        foreach (string side in (string[])["trigger", "victim"])
        {
            JsonElement party = kill.GetProperty("tracer_data").GetProperty(side);
            Assert.Equal(bank, party.Text("container_id"));
            AssertNames(party, "bank");
        }

        Assert.All(agent.Documents("dropwatch"), document => Assert.NotEqual("bank-0", document.Text("pod_name")));
        Assert.All([.. agent.Documents("memory_reclaim"), .. agent.Documents("oom")], document => Assert.NotEqual("web-0", document.Text("pod_name")));
        await agent.StopAsync();
    }

    [Fact]
    public async Task A_profile_has_the_processes_of_its_own_pod_alone()
    {
        Containerd.Require();
        await using Containerd containerd = await Containerd.StartAsync();
        using var folder = new TemporaryFolder();
        string config = folder.Write("huatuo.yaml", $"runtimes:\n  containerd_socket: {containerd.Socket}\n");
        // One process that computes, and one that sleeps and wakes; both are called busybox in both pods.
        var busy = new PodShape { Program = ["sh", "-c", "/bin/busybox top -b -d 0.05 > /dev/null & exec /bin/busybox md5sum /dev/zero"] };
        (_, string web) = await containerd.RunPodAsync("web-0", "shop", Guid.NewGuid().ToString(), "web", busy);
        (_, string bank) = await containerd.RunPodAsync("bank-0", "shop", Guid.NewGuid().ToString(), "bank", busy);
        string[] own = await ProcessesAsync(config, web), others = await ProcessesAsync(config, bank);
        Assert.Empty(own.Intersect(others));

        foreach (string[] profiler in (string[][])[["oncpu", "--frequency", "499", "--container", "web"], ["offcpu", "--container", web]])
        {
            string output = (await HuatuoProcess.RunAsync(
                ["profile", .. profiler, "--config", config, "--duration", "3s", "--split-processes", "-o", "collapsed", "--output", "-"])).Expect(0).Output;
            string[] seen = [.. output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split(';')[0]).Distinct()];
            Assert.NotEmpty(seen);
            Assert.Empty(seen.Except(own));
        }
    }

    private static Task<(string Sandbox, string Container)> RunAsync(Containerd containerd, string name) =>
        containerd.RunPodAsync(name + "-0", "shop", Guid.NewGuid().ToString(), name, new PodShape { MemoryBytes = Memory });

    /// <summary>The processes of a container as a profile that splits them names them.</summary>
    private static async Task<string[]> ProcessesAsync(string config, string id)
    {
        string folder = "";
        return await Eventually.GetAsync("both processes", async () =>
        {
            JsonElement all = JsonElement.Parse((await HuatuoProcess.RunAsync("containers", "--config", config, "-o", "json")).Expect(0).Output);
            folder = all.EnumerateArray().Single(container => container.Text("id") == id).GetProperty("cgroup_folders").EnumerateObject().First().Value.GetString()!;
            string[] pids = await File.ReadAllLinesAsync(folder + "/cgroup.procs");
            return pids.Length == 2 && pids.All(pid => File.ReadAllText($"/proc/{pid}/comm") == "busybox\n") ? pids.Select(pid => $"busybox ({pid})").ToArray() : null;
        });
    }

    private static void AssertNames(JsonElement document, string name) => Assert.Equal(
        (name, name + "-0", "normal", "burstable", name + "-0", "shop", PodImage.Name),
        (document.Text("container_name"), document.Text("container_hostname"), document.Text("container_type"), document.Text("container_qos"),
            document.Text("pod_name"), document.Text("pod_namespace"), document.Text("container_image")));
}
