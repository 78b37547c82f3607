using System.Diagnostics;
using System.Text.Json;
using Huatuo.Flow.Tracing;
using Huatuo.Kernel.Tests.Harness;
using Huatuo.Linux.Netlink;

namespace Huatuo.Tracers.Network.Lacp;

/// <summary>Two namespaces with a bond each, joined by two veth pairs.</summary>
public sealed class LacpKernelTests
{
    private const string LeftMac = "02:00:00:00:01:01", RightMac = "02:00:00:00:01:02";

    [Fact]
    public async Task PartnersAreGainedAndLost()
    {
        await using TestNetwork network = await BondableAsync();
        NetworkNamespace left = network.Left, right = network.Right;
        using Process inside = await left.RunAsync(() => Command.Start("sleep", "infinity"));
        try
        {
            LinkSocket socket = await left.RunAsync(LinkSocket.Open);
            await using RunningTracer tracer = await RunningTracer.StartAsync(
                new LacpTracer(() => socket, $"/proc/{inside.Id}/net/bonding"), new LacpOptions { MaxEventsPerSecond = 0 });
            DateTimeOffset before = TimeProvider.System.GetUtcNow();

            // Bonds that appear while it runs.
            await BondAsync(left, LeftMac);
            await BondAsync(right, RightMac);
            await After(tracer, 0, "s0 gained");
            await After(tracer, 0, "s1 gained");

            int mark = tracer.Sink.Count;
            await Ip(right, "link set s1 down");
            JsonElement lost = await After(tracer, mark, "s1 lost", "down");
            mark = tracer.Sink.Count;
            await Ip(right, "link set s1 up");
            await After(tracer, mark, "s1 gained");

            // The other side falls silent while its links stay up.
            mark = tracer.Sink.Count;
            await Ip(right, "link set bond0 down");
            await After(tracer, mark, "s0 lost", "up");
            await After(tracer, mark, "s1 lost", "up");
            mark = tracer.Sink.Count;
            await Ip(right, "link set bond0 up");
            await After(tracer, mark, "s0 gained");
            await After(tracer, mark, "s1 gained");

            // The port leaves the bond, and then the bond goes.
            mark = tracer.Sink.Count;
            await Ip(left, "link set s1 nomaster");
            await After(tracer, mark, "s1 lost");
            mark = tracer.Sink.Count;
            await Ip(left, "link delete bond0");
            await After(tracer, mark, "s0 lost");
            await tracer.StopAsync();

            Check(lost, before);
            foreach (IGrouping<string, JsonElement> port in tracer.Sink.Documents.GroupBy(document => document.Data().Text("slave")))
            {
                string[] states = [.. port.Select(document => document.Data().Text("status"))];
                Assert.Equal(states.Select((_, i) => i % 2 == 0 ? "gained" : "lost"), states);
                Assert.Equal("lost", states[^1]);
            }
            Balance.Check(tracer);
        }
        finally
        {
            inside.Kill();
        }
    }

    [Fact]
    public async Task ItRunsWhereTheDriverIsOrMayCome()
    {
        bool mayBe = Directory.Exists("/proc/net/bonding") || File.Exists("/proc/modules");
        await using RunningTracer tracer = await RunningTracer.SettleAsync(new LacpTracer(), new LacpOptions());
        Assert.Equal(mayBe ? TracerState.Running : TracerState.Unsupported, tracer.Runner.State);
        Assert.Equal(mayBe ? null : "the bonding driver", tracer.Runner.Missing?.Feature);
    }

    private static void Check(JsonElement lost, DateTimeOffset before)
    {
        string content = lost.Data().Text("content");
        Assert.Contains("Bonding Mode: IEEE 802.3ad Dynamic link aggregation", content, StringComparison.Ordinal);
        Assert.Contains("Slave Interface: s1\nMII Status: down\n", content, StringComparison.Ordinal);
        new ExpectedDocument()
            .Envelope(lost, "lacp", before, TimeProvider.System.GetUtcNow())
            .Is("tracer_data.bond", "bond0")
            .Is("tracer_data.slave", "s1")
            .Is("tracer_data.status", "lost")
            .Is("tracer_data.partner_mac", RightMac)
            .Is("tracer_data.mii_status", "down")
            .Is("tracer_data.aggregator_id", 1)
            .Matches("tracer_data.actor_port_state", @"\d+")
            .Matches("tracer_data.partner_port_state", @"\d+")
            .Is("tracer_data.ports_aggregated", 1)
            .Is("tracer_data.ports", 2)
            .Is("tracer_data.content", content)
            .Check(lost);
    }

    /// <summary>Two namespaces with two more veth pairs; a kernel without the bonding driver ends the test.</summary>
    private static async Task<TestNetwork> BondableAsync()
    {
        TestNetwork network = await TestNetwork.CreateAsync();
        try
        {
            await Ip(
                network.Left,
                $"link add s0 address 02:00:00:00:00:10 type veth peer name s0 address 02:00:00:00:00:20 netns {network.Right.Name}",
                $"link add s1 address 02:00:00:00:00:11 type veth peer name s1 address 02:00:00:00:00:21 netns {network.Right.Name}");
            try
            {
                await Ip(network.Left, "link add probe type bond", "link delete probe");
            }
            catch (InvalidOperationException refused) when (refused.Message.Contains("Unknown device type", StringComparison.Ordinal))
            {
                Assert.Skip("this kernel lacks the bonding driver");
            }
            return network;
        }
        catch
        {
            await network.DisposeAsync();
            throw;
        }
    }

    private static Task<string> BondAsync(NetworkNamespace side, string mac) => Ip(
        side, $"link add bond0 address {mac} type bond mode 802.3ad miimon 50 lacp_rate fast", "link set s0 master bond0", "link set s1 master bond0", "link set bond0 up");

    private static Task<string> Ip(NetworkNamespace side, params string[] commands) =>
        side.RunAsync(() => Command.Run(string.Join('\n', commands) + "\n", "ip", "-batch", "-"));

    private static Task<JsonElement> After(RunningTracer tracer, int mark, string change, string? miiStatus = null)
    {
        int at = 0;
        return tracer.Sink.WaitAsync(
            document => at++ >= mark && $"{document.Data().Text("slave")} {document.Data().Text("status")}" == change && (miiStatus ?? document.Data().Text("mii_status")) == document.Data().Text("mii_status"),
            change);
    }
}
