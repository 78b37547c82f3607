using System.Text.Json;
using Huatuo.Kernel.Tests.Harness;
using Huatuo.Linux.Netlink;

namespace Huatuo.Tracers.Network.NetdevEvents;

/// <summary>A veth pair is switched off and on, loses its peer, is renamed, removed and added.</summary>
public sealed class NetdevEventsKernelTests
{
    [Fact]
    public async Task EveryChangeIsOneEventAndNothingElseIs()
    {
        await using TestNetwork network = await TestNetwork.CreateAsync();
        NetworkNamespace left = network.Left, right = network.Right;
        LinkSocket socket = await left.RunAsync(LinkSocket.Open);
        await using RunningTracer tracer = await RunningTracer.StartAsync(
            new NetdevEventsTracer(() => socket), new NetdevEventsOptions { Devices = ["v*"], MaxEventsPerSecond = 0 });
        Assert.Equal("rtnetlink", tracer.Runner.Rung);
        DateTimeOffset before = TimeProvider.System.GetUtcNow();

        await Ip(right, "link set vright down");
        await tracer.Sink.WaitAsync(document => Status(document) == "vleft carrierdown", "the peer down");
        await Ip(right, "link set vright up");
        await tracer.Sink.WaitAsync(document => Status(document) == "vleft carrierup", "the peer up");
        await Ip(left, "link set vleft down", "link set vleft name vnew", "link set lo down", "link add other type bridge", "link set other up", "link set vnew up");
        await tracer.Sink.WaitAsync(document => Status(document) == "vnew carrierup", "up with a new name");
        await Ip(left, "link delete vnew", "link add vnext type veth peer name vpeer", "link set vnext up", "link set vpeer up");
        await tracer.Sink.WaitAsync(document => Status(document) == "vnext carrierup", "an added device");
        await tracer.Sink.WaitAsync(document => Status(document) == "vpeer carrierup", "its peer");
        await tracer.StopAsync();

        string[] statuses = [.. tracer.Sink.Documents.Select(Status)];
        Assert.Equal(
            [
                "vleft carrierdown", "vleft carrierup", "vleft admindown", "vleft carrierdown", "vnew adminup", "vnew carrierup", "vnew admindown", "vnew carrierdown",
                "vnext adminup", "vpeer adminup",
            ],
            statuses[..^2]);
        Assert.Equal(["vnext carrierup", "vpeer carrierup"], statuses[^2..].Order(StringComparer.Ordinal));

        JsonElement first = tracer.Sink.Documents[0];
        new ExpectedDocument()
            .Envelope(first, "netdev_events", before, TimeProvider.System.GetUtcNow())
            .Is("tracer_data.ifname", "vleft")
            .Is("tracer_data.index", left.Ifindex)
            .Is("tracer_data.linkstatus", "linkstatus_carrierdown")
            .Is("tracer_data.mac", left.Mac)
            .Is("tracer_data.start", "false")
            .Is("tracer_data.driver", "veth")
            .Is("tracer_data.driver_version", "1.0")
            .Is("tracer_data.firmware_version", "")
            .Check(first);
        Balance.Check(tracer);
    }

    [Fact]
    public async Task ChangesThatTheKernelCouldNotTellAreFoundByAScan()
    {
        await using TestNetwork network = await TestNetwork.CreateAsync();
        NetworkNamespace left = network.Left;
        LinkSocket socket = await left.RunAsync(() => LinkSocket.Open(queueBytes: 1));
        await using RunningTracer tracer = await RunningTracer.StartAsync(
            new NetdevEventsTracer(() => socket), new NetdevEventsOptions { Devices = ["v*"], MaxEventsPerSecond = 0 });
        using (tracer.Sink.Hold())
        {
            await Ip(left, "link set vleft down");
            await tracer.Sink.HeldAsync();
            // None of this finds room in the queue: the tracer waits for the first event to be stored.
            await Ip(left, [.. Enumerable.Repeat("link set vleft mtu 1400\nlink set vleft mtu 1500", 100), "link set vleft up"]);
        }
        JsonElement up = await tracer.Sink.WaitAsync(document => Status(document) == "vleft adminup", "up again");
        await tracer.StopAsync();
        Assert.True(up.GetProperty("tracer_data").GetProperty("start").GetBoolean());
        Assert.InRange(tracer.Ledger.Kernel.Read().Lost, 1UL, 200UL);
        Balance.Check(tracer);
    }

    private static Task<string> Ip(NetworkNamespace side, params string[] commands) =>
        side.RunAsync(() => Command.Run(string.Join('\n', commands) + "\n", "ip", "-batch", "-"));

    private static string Status(JsonElement document)
    {
        JsonElement data = document.GetProperty("tracer_data");
        return $"{data.GetProperty("ifname").GetString()} {data.GetProperty("linkstatus").GetString()!["linkstatus_".Length..]}";
    }
}
