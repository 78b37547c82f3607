using System.Text.Json;
using Huatuo.Flow.Tracing;
using Huatuo.Kernel.Tests.Harness;

namespace Huatuo.Tracers.Network.Dropwatch;

/// <summary>Packets that a network card threw away, against the kernel's count of those that it was told of.</summary>
public sealed class DropwatchTrapKernelTests
{
    private const string Source = "192.0.2.1", Destination = "198.51.100.1", Mac = "([0-9a-f]{2}:){5}[0-9a-f]{2}";

    [Theory, Trait("kernels", "all")]
    [InlineData(Transport.RingBuffer)]
    [InlineData(Transport.Perf)]
    public async Task What_a_card_threw_away_is_told_with_its_trap(Transport transport)
    {
        (string Name, string Group)[] traps = [("blackhole_route", "l3_drops"), ("source_mac_is_multicast", "l2_drops")];
        using var card = new TrappingCard();
        await using RunningTracer tracer = await RunningTracer.StartAsync(
            new DropwatchTracer(), new DropwatchOptions { Transport = transport, Protocols = [], MaxEventsPerSecond = 0 });
        DateTimeOffset before = TimeProvider.System.GetUtcNow();
        List<JsonElement> documents = [];
        int[] earlier = [.. traps.Select(trap => TrappingCard.Reported(trap.Name))];
        foreach ((string name, _) in traps)
            TrappingCard.Report(name, true);
        foreach ((string name, _) in traps)
            documents.Add(await tracer.Sink.WaitAsync(document => document.Data().Text("drop_reason") == name, name));
        foreach ((string name, _) in traps)
            TrappingCard.Report(name, false);
        int[] reported = [.. traps.Select((trap, i) => TrappingCard.Reported(trap.Name) - earlier[i])];
        await tracer.StopAsync();
        DateTimeOffset after = TimeProvider.System.GetUtcNow();

        for (int i = 0; i < traps.Length; i++)
        {
            Check(documents[i], traps[i], card, before, after);
            int told = tracer.Sink.Documents.Count(document => document.Data().Text("drop_reason") == traps[i].Name);
            tracer.Sink.Observed.See(reported[i], told);
            Assert.Equal(reported[i], told);
        }
        Balance.Check(tracer);
    }

    private static void Check(JsonElement document, (string Name, string Group) trap, TrappingCard card, DateTimeOffset before, DateTimeOffset after)
    {
        const string data = "tracer_data.", layers = data + "layers.";
        new ExpectedDocument().Envelope(document, "dropwatch", before, after)
            .Is(data + "type", "udp")
            .Is(data + "drop_source", "hardware")
            .Is(data + "drop_reason", trap.Name)
            .Is(data + "drop_reason_group", trap.Group)
            .Is(data + "source", "events")
            .Is(data + "context", "task")
            .Matches(data + "cpu", "[01]")
            .Matches(data + "comm", "kworker/.*")
            .Matches(data + "pid", @"\d+")
            .Is(data + "tid", document.Data().GetProperty("pid"))
            .Matches(data + "memory_cgroup_css_addr", "0x[0-9a-f]{16}")
            .Is(data + "cgroup_path", "/")
            .NetnsCookie(document)
            .Is(data + "net_namespace_inum", SpareCard.NamespaceInum)
            .Is(data + "netdev_name", card.Device)
            .Is(data + "netdev_ifindex", card.Index)
            .Is(data + "netdev_queue_mapping", 0)
            .Is(data + "netdev_linkstatus", """["linkstatus_adminup","linkstatus_carrierup"]""")
            .Matches(data + "packet_skb_addr", "0x[0-9a-f]{16}")
            .Is(data + "packet_eth_proto", "0x800")
            .Is(data + "packet_len_bytes", 142)
            .Is(layers + "label", "IPv4/UDP")
            .Matches(layers + "ether.saddr", Mac)
            .Matches(layers + "ether.daddr", Mac)
            .Is(layers + "ether.type", "0x800")
            .Is(layers + "ether.len", 14)
            .Is(layers + "ipv4.version", 4)
            .Is(layers + "ipv4.ihl", 5)
            .Is(layers + "ipv4.tos", 0)
            .Is(layers + "ipv4.len", 128)
            .Is(layers + "ipv4.id", 0)
            .Is(layers + "ipv4.flags", "")
            .Is(layers + "ipv4.frag_offset", 0)
            .Is(layers + "ipv4.ttl", 100)
            .Is(layers + "ipv4.protocol", 17)
            .Is(layers + "ipv4.checksum", "0x6a37")
            .Is(layers + "ipv4.saddr", Source)
            .Is(layers + "ipv4.daddr", Destination)
            .Matches(layers + "udp.sport", @"\d+")
            .Matches(layers + "udp.dport", @"\d+")
            .Is(layers + "udp.len", 108)
            .Is(layers + "udp.checksum", "0x0")
            .Matches(data + "stack", @"devlink_trap_report\+0x[0-9a-f]+\nnsim_dev_trap_report_work\+0x[0-9a-f]+ \[netdevsim\]\n(.+\n)*ret_from_fork.*")
            .Check(document);
    }
}
