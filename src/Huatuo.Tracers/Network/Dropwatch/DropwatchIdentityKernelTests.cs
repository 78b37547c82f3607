using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Text.Json;
using Huatuo.Kernel.Tests.Harness;

namespace Huatuo.Tracers.Network.Dropwatch;

/// <summary>Who is named for a drop, and who never is.</summary>
public sealed class DropwatchIdentityKernelTests
{
    private static DropwatchOptions Options => new()
    {
        Protocols = [PacketProtocol.Udp],
        Addresses = [IPNetwork.Parse("10.199.0.0/24")],
        MaxEventsPerSecond = 0,
    };

    [Fact]
    public async Task A_task_that_was_merely_interrupted_is_never_the_cause()
    {
        const int cpu = 0, enough = 5;
        await using TestNetwork network = await TestNetwork.CreateAsync();
        await network.RulesAsync(NetfilterRules.DropUdp(7002));
        await using var burning = new MemoryCgroup();
        await using var receiving = new MemoryCgroup();
        Process b = await network.Right.RunAsync(() => receiving.Start("echo ready; read"));
        await ReadyAsync(b);
        await using RunningTracer tracer = await RunningTracer.StartAsync(new DropwatchTracer(), Options);
        await tracer.Netns.RefreshAsync();
        Process a = burning.Start("echo ready; while :; do :; done");
        await ReadyAsync(a);
        PinnedThread.Pin(a.Id, cpu);

        // A token bucket holds packets back; a timer on the CPU of the sender, which sleeps, sends them in a softirq.
        await network.Left.RunAsync(() => Command.Run("", "tc", "qdisc", "add", "dev", network.Left.Device, "root", "tbf", "rate", "40kbit", "burst", "1600", "limit", "200000"));
        using var done = new CancellationTokenSource();
        Task paced = network.Left.RunAsync(() => SendUntil(network.Right.Ipv4, done.Token), cpu);
        try
        {
            int interrupted = 0;
            await tracer.Sink.WaitAsync(document => document.Data().Text("interrupted.pid") == $"{a.Id}" && ++interrupted == enough, $"{enough} drops while {a.Id} was interrupted");
        }
        finally
        {
            await done.CancelAsync();
            await paced;
        }
        await tracer.StopAsync();

        foreach (JsonElement document in tracer.Sink.Documents)
        {
            JsonElement data = document.Data();
            Assert.Equal("softirq", data.Text("context"));
            Assert.Equal($"{cpu}", data.Text("cpu"));
            foreach (string field in (string[])["comm", "pid", "tid", "memory_cgroup_css_addr"])
                Assert.False(data.TryGetProperty(field, out _), $"{field} in {document.GetRawText()}");
            Assert.Equal(receiving.Path, data.Text("cgroup_path"));
            Assert.DoesNotContain(burning.Path, document.GetRawText(), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_drop_in_task_context_names_the_task_and_its_cgroup()
    {
        await using TestNetwork network = await TestNetwork.CreateAsync();
        await network.Left.RunAsync(() => Command.Run(NetfilterRules.DropUdp(7002, "output"), "nft", "-f", "-"));
        await using var cgroup = new MemoryCgroup();
        await using RunningTracer tracer = await RunningTracer.StartAsync(new DropwatchTracer(), Options);
        using var oracle = new DropOracle();
        Process sender = await SendAsync(network, cgroup);
        JsonElement document = await tracer.Sink.WaitAsync(document => document.Port() == "7002", "the sender");
        await tracer.StopAsync();

        OracleDrop record = Assert.Single(oracle.Stop(), record => record.Tid == sender.Id && record.Key == document.Key());
        JsonElement data = document.Data();
        Assert.Equal(DropOracle.Reason("NETFILTER_DROP"), record.Reason);
        Assert.Equal(("task", "bash", $"{sender.Id}", $"{sender.Id}"), (data.Text("context"), data.Text("comm"), data.Text("pid"), data.Text("tid")));
        Assert.Equal(("task", "bash", record.Cpu.ToString(CultureInfo.InvariantCulture)), (record.Context, record.Comm, data.Text("cpu")));
        Assert.Matches("^0xff[0-9a-f]{14}$", data.Text("memory_cgroup_css_addr"));
        Assert.Equal(cgroup.Path, data.Text("cgroup_path"));
        Assert.False(data.TryGetProperty("interrupted", out _));
        Assert.False(data.TryGetProperty("container_id", out _));
        Assert.False(document.TryGetProperty("container_id", out _));
        Assert.Equal(network.Left.Inum, data.Text("net_namespace_inum"));
    }

    [Fact]
    public async Task A_container_is_told_by_the_cgroup_of_its_task()
    {
        string id = string.Concat(Enumerable.Repeat("0123456789abcdef", 4));
        await using TestNetwork network = await TestNetwork.CreateAsync();
        await network.Left.RunAsync(() => Command.Run(NetfilterRules.DropUdp(7002, "output"), "nft", "-f", "-"));
        await using var cgroup = new MemoryCgroup(id);
        await using RunningTracer tracer = await RunningTracer.StartAsync(new DropwatchTracer(), Options);
        await SendAsync(network, cgroup);
        JsonElement document = await tracer.Sink.WaitAsync(document => document.Port() == "7002", "the sender");
        Assert.Equal("task", document.Data().Text("context"));
        Assert.Equal((id, id, cgroup.Path), (document.Text("container_id"), document.Data().Text("container_id"), document.Data().Text("cgroup_path")));
    }

    [Fact]
    public async Task A_container_is_told_by_the_network_namespace_where_there_is_no_task()
    {
        string id = string.Concat(Enumerable.Repeat("fedcba9876543210", 4));
        await using TestNetwork network = await TestNetwork.CreateAsync();
        await network.RulesAsync(NetfilterRules.DropUdp(7002));
        await using var cgroup = new MemoryCgroup($"docker-{id}.scope");
        await ReadyAsync(await network.Right.RunAsync(() => cgroup.Start("echo ready; read")));
        await using RunningTracer tracer = await RunningTracer.StartAsync(new DropwatchTracer(), Options);
        await tracer.Netns.RefreshAsync();
        await network.Left.RunAsync(() => Provoke.Udp(network.Right.Ipv4, 7002));
        JsonElement document = await tracer.Sink.WaitAsync(document => document.Port() == "7002", "the drop");
        Assert.Equal("softirq", document.Data().Text("context"));
        Assert.Equal((id, id, cgroup.Path), (document.Text("container_id"), document.Data().Text("container_id"), document.Data().Text("cgroup_path")));
    }

    private static void SendUntil(string address, CancellationToken stop)
    {
        // More than a second's worth at once, so that the sender sleeps while they go, however slow the machine.
        do
            Provoke.Udp(address, 7002, 100);
        while (!stop.WaitHandle.WaitOne(TimeSpan.FromSeconds(1)));
    }

    private static async Task<Process> SendAsync(TestNetwork network, MemoryCgroup cgroup)
    {
        // The network refuses; bash says so and goes on.
        Process sender = await network.Left.RunAsync(() => cgroup.Start($"exec 3<>/dev/udp/{network.Right.Ipv4}/7002; echo x >&3; exit 0"));
        await sender.WaitForExitAsync();
        return sender;
    }

    private static async Task ReadyAsync(Process process) => Assert.Equal("ready", await process.StandardOutput.ReadLineAsync());
}
