using System.Text.Json;
using Huatuo.EndToEnd.Tests.Machine;
using Huatuo.EndToEnd.Tests.Product;

namespace Huatuo.Runtimes.EndToEnd.Tests;

/// <summary>Containers of a real Podman, whose service tells the agent their names.</summary>
public sealed class PodmanTests
{
    private const string Port = "1009";

    [Fact]
    public async Task A_containers_events_have_its_name()
    {
        Podman.Require();
        await using Podman podman = await Podman.StartAsync();
        using var folder = new TemporaryFolder();
        await using Agent agent = await Agent.StartAsync(
            folder.Path, "--set", $"runtimes.podman_socket={podman.Socket}", "--set", $"tracers.dropwatch.ports={Port}", "--set", "tracers.dropwatch.protocols=tcp");
        string shop = podman.RunContainer("shop", "shop-0", "32m"), bank = podman.RunContainer("bank", "bank-0", "32m");
        await agent.KnowsAsync(shop, "shop");
        await agent.KnowsAsync(bank, "bank");

        // Nobody listens there.
        Assert.Equal(1, podman.Execute("shop", "nc", "127.0.0.1", Port));
        JsonElement drop = await agent.EventAsync("dropwatch", shop, data => data.Text("drop_reason") == "NO_SOCKET");
        AssertNames(drop, "shop");
        Assert.Equal($"{podman.CgroupParent}/libpod-{shop}", drop.GetProperty("tracer_data").Text("cgroup_path"));

        // It asks for more than the limit.
        Assert.Equal(137, podman.Execute("bank", "tail", "/dev/zero"));
        JsonElement kill = await agent.EventAsync("oom", bank, _ => true);
        AssertNames(kill, "bank");
        JsonElement victim = kill.GetProperty("tracer_data").GetProperty("victim");
        Assert.Equal((bank, "bank-0"), (victim.Text("container_id"), victim.Text("container_hostname")));
        AssertNames(victim, "bank");

        Assert.All(agent.Documents("dropwatch"), document => Assert.NotEqual(bank, document.Text("container_id")));
        Assert.All(agent.Documents("oom"), document => Assert.NotEqual(shop, document.Text("container_id")));
        podman.Remove("shop");
        await Eventually.HoldsAsync("the container that was removed is gone", async () => (await agent.ScrapeAsync()).Sum("huatuo_container_info", ("container_id", shop)) == 0);
        await agent.StopAsync();
    }

    [Fact]
    public async Task On_a_bridge_a_container_owns_what_its_network_drops_whoever_sent_it()
    {
        Podman.Require();
        using var router = new RouterNamespace();
        await using Podman podman = await Podman.StartAsync(router.Prefix);
        using var folder = new TemporaryFolder();
        await using Agent agent = await Agent.StartAsync(
            folder.Path, "--set", $"runtimes.podman_socket={podman.Socket}", "--set", $"tracers.dropwatch.ports={Port}", "--set", "tracers.dropwatch.protocols=tcp");
        string shop = podman.RunContainer("shop", "shop-0", "32m", "podman"), bank = podman.RunContainer("bank", "bank-0", "32m", "podman");
        await agent.KnowsAsync(shop, "shop");
        await agent.KnowsAsync(bank, "bank");

        // Nobody listens there. One sender is in no container, the other in another one.
        string address = podman.Inspect("shop", "{{.NetworkSettings.IPAddress}}");
        Assert.Equal(1, Command.Try([.. router.Prefix, "/bin/busybox", "nc", address, Port]).ExitCode);
        Assert.Equal(1, podman.Execute("bank", "nc", address, Port));
        string network = new FileInfo($"/proc/{podman.Inspect("shop", "{{.State.Pid}}")}/ns/net").LinkTarget!;
        JsonElement[] drops = await Eventually.GetAsync("both drops are stored", () => SentTo(address, agent) is { Length: >= 2 } all ? all : null);
        Assert.All(drops, drop =>
        {
            AssertNames(drop, "shop");
            Assert.Equal((shop, "NO_SOCKET"), (drop.Text("container_id"), drop.GetProperty("tracer_data").Text("drop_reason")));
            Assert.Equal(network, $"net:[{drop.GetProperty("tracer_data").GetProperty("net_namespace_inum").GetRawText()}]");
        });
        await agent.StopAsync();
    }

    /// <summary>What was sent to this address: others on this machine may lose packets to the same port.</summary>
    private static JsonElement[] SentTo(string address, Agent agent) =>
        [.. agent.Documents("dropwatch").Where(drop => drop.GetProperty("tracer_data").GetProperty("layers").GetProperty("ipv4").Text("daddr") == address)];

    private static void AssertNames(JsonElement document, string name) => Assert.Equal(
        (name, name + "-0", "normal", PodImage.Name),
        (document.Text("container_name"), document.Text("container_hostname"), document.Text("container_type"), document.Text("container_image")));
}
