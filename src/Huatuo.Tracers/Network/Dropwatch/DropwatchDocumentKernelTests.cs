using System.Text.Json;
using Huatuo.Flow.Tracing;
using Huatuo.Kernel.Tests.Harness;

namespace Huatuo.Tracers.Network.Dropwatch;

/// <summary>Whole documents of real drops, against the frame on the wire and the kernel's own record of the drop.</summary>
public sealed class DropwatchDocumentKernelTests
{
    private const int Closed = 7001, Filtered = 7002;
    private const string BtfRung = "tp_btf/kfree_skb", TracepointRung = "tp/skb/kfree_skb";

    private static readonly string s_rules = $$"""
        table inet t {
          chain input {
            type filter hook input priority 0;
            udp dport {{Filtered}} drop
            tcp dport {{Filtered}} drop
            icmp type echo-request drop
            icmpv6 type echo-request drop
          }
        }
        table arp t {
          chain input { type filter hook input priority 0; arp daddr ip 10.199.0.77 drop; }
        }
        """;

    public static TheoryData<string, Transport> Ways { get; } = new()
    {
        { BtfRung, Transport.RingBuffer },
        { BtfRung, Transport.Perf },
        { TracepointRung, Transport.RingBuffer },
        { TracepointRung, Transport.Perf },
    };

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task Every_field_of_every_kind_of_drop_is_true(string hook, Transport transport)
    {
        await using TestNetwork network = await TestNetwork.CreateAsync();
        await network.RulesAsync(s_rules);
        (string v4, string v6) = (network.Right.Ipv4, network.Right.Ipv6);
        Case[] cases =
        [
            new("tcp", "NO_SOCKET", "tcp_v4_rcv", v4, Closed, () => Provoke.Syn(v4, Closed)),
            new("tcp", "NO_SOCKET", "tcp_v6_rcv", v6, Closed, () => Provoke.Syn(v6, Closed)),
            new("udp", "NO_SOCKET", "__udp4_lib_rcv|udp_rcv", v4, Closed, () => Provoke.Udp(v4, Closed)),
            new("udp", "NO_SOCKET", "__udp6_lib_rcv|udpv6_rcv", v6, Closed, () => Provoke.Udp(v6, Closed)),
            new("tcp", "NETFILTER_DROP", "ip_local_deliver", v4, Filtered, () => Provoke.Syn(v4, Filtered)),
            new("udp", "NETFILTER_DROP", "ip6_input", v6, Filtered, () => Provoke.Udp(v6, Filtered)),
            new("icmp", "NETFILTER_DROP", "ip_local_deliver", v4, null, () => Provoke.Echo(v4)),
            new("icmpv6", "NETFILTER_DROP", "ip6_input", v6, null, () => Provoke.Echo(v6)),
            new("arp", "NETFILTER_DROP", "arp_rcv", "10.199.0.77", null, () => Provoke.Udp("10.199.0.77", Closed)),
        ];

        using var oracle = new DropOracle();
        await using RunningTracer tracer = await RunningTracer.StartAsync(new DropwatchTracer(), new DropwatchOptions
        {
            Hook = hook,
            Transport = transport,
            Protocols = [],
            MaxEventsPerSecond = 0,
        });
        Assert.Equal(hook, tracer.Runner.Rung);
        List<Provoked> provoked = [];
        for (int i = 0; i < cases.Length; i++)
            provoked.Add(await ProvokeAsync(cases[i], network, tracer, cpu: i % Environment.ProcessorCount));
        await tracer.StopAsync();
        ILookup<string, OracleDrop> recorded = oracle.Stop().ToLookup(drop => drop.Key);

        string inum = network.Right.Inum;
        ulong? cookie = await network.Right.CookieAsync();
        foreach (Provoked drop in provoked)
            Check(drop, Assert.Single(recorded[drop.Document.Key()], record => record.Time >= drop.Since && record.Time <= drop.Until), network.Right, inum, cookie, tracer);
        Assert.Equal(tracer.Sink.Count, tracer.Sink.Documents.Select(document => document.Text("id")).Distinct().Count());
    }

    private static async Task<Provoked> ProvokeAsync(Case drop, TestNetwork network, RunningTracer tracer, int cpu)
    {
        (byte[] frame, DateTimeOffset before, DateTimeOffset after, TimeSpan since, TimeSpan until) = await network.Left.RunAsync(
            () =>
            {
                using var tap = new PacketTap();
                (DateTimeOffset before, TimeSpan since) = (TimeProvider.System.GetUtcNow(), DropOracle.Now);
                drop.Send();
                return (tap.Next(drop.Sent), before, TimeProvider.System.GetUtcNow(), since, DropOracle.Now + TimeSpan.FromMilliseconds(1));
            },
            cpu);
        JsonElement document = await tracer.Sink.WaitAsync(
            document => ExpectedEnvelope.At(document.Text("observed_timestamp")) > before - TimeSpan.FromMilliseconds(1)
                && document.Data().Text("type") == drop.Type && document.Destination() == drop.Address
                && (drop.Port is null || document.Port() == $"{drop.Port}"),
            $"{drop.Type} to {drop.Address}");
        return new Provoked(drop, document, frame, before, after, since, until, cpu);
    }

    private static void Check(Provoked drop, OracleDrop record, NetworkNamespace receiver, string inum, ulong? cookie, RunningTracer tracer)
    {
        const string data = "tracer_data.";
        ulong location = drop.Document.Data().Hex("drop_location");
        string locationFrame = tracer.Symbol(location);
        bool delivered = drop.Case.Reason == "NO_SOCKET";
        // On a busy machine packets are left to a thread of the kernel.
        bool left = record.Comm == $"ksoftirqd/{drop.Cpu}";
        var expected = new ExpectedDocument()
            .Envelope(drop.Document, "dropwatch", drop.Before, drop.After)
            .Is(data + "type", drop.Case.Type)
            .Is(data + "drop_source", "software")
            .Is(data + "drop_reason", DropOracle.Reason(drop.Case.Reason))
            .Hex(data + "drop_location", location)
            .Is(data + "source", "events")
            .Is(data + "context", "softirq")
            .Is(data + "cpu", drop.Cpu)
            .Is(data + "interrupted.comm", record.Comm)
            .Is(data + "interrupted.pid", left ? record.Tid : Environment.ProcessId)
            .Is(data + "interrupted.tid", record.Tid)
            .Is(data + "net_namespace_inum", inum)
            .Is(data + "netdev_name", receiver.Device)
            .Is(data + "netdev_ifindex", receiver.Ifindex)
            .Is(data + "netdev_queue_mapping", 0)
            .Is(data + "netdev_linkstatus", """["linkstatus_adminup","linkstatus_carrierup"]""")
            .Hex(data + "packet_skb_addr", record.SkbAddress)
            .Hex(data + "packet_eth_proto", (ulong)(drop.Frame[12] << 8 | drop.Frame[13]))
            .Is(data + "packet_len_bytes", drop.Frame.Length - (delivered ? ExpectedLayers.TransportOffset(drop.Frame) : 14))
            .Layers(drop.Frame)
            .Holds(data + "stack", $"frames from the drop over {locationFrame} to {drop.Case.Function}", stack => IsStack(stack, locationFrame, drop.Case.Function));
        // Before 5.14 no socket tells it, and nobody else has asked for it.
        if (cookie is { } known)
            expected.Is(data + "net_namespace_cookie", known);
        expected.Check(drop.Document);
        Assert.Equal(("softirq", drop.Cpu, DropOracle.Reason(drop.Case.Reason), left ? record.Comm : "provoker"), (record.Context, record.Cpu, record.Reason, record.Comm));
    }

    private static bool IsStack(string stack, string location, string function)
    {
        string[] frames = stack.Split('\n');
        return frames.All(frame => System.Text.RegularExpressions.Regex.IsMatch(frame, @"^[\w.]+\+0x[0-9a-f]+( \[\w+\])?$"))
            && (frames[0] == location || System.Text.RegularExpressions.Regex.IsMatch(frames[0], @"^(sk_skb_reason_drop|kfree_skb(_reason)?)\+"))
            && frames.Take(3).Contains(location)
            && frames.Any(frame => function.Split('|').Any(name => frame.StartsWith(name + "+", StringComparison.Ordinal)));
    }

    // Function: where it is dropped, or what that is inlined into on newer kernels.
    private sealed record Case(string Type, string Reason, string Function, string Address, int? Port, Action Send)
    {
        internal bool Sent(byte[] frame)
        {
            byte[] address = System.Net.IPAddress.Parse(Address).GetAddressBytes();
            int at = (frame[12], frame[13]) switch { (0x08, 0x00) => 30, (0x86, 0xdd) => 38, _ => 38 };
            int transport = ExpectedLayers.TransportOffset(frame);
            // Others pass too, such as the question for a neighbour.
            return frame.AsSpan(Math.Min(at, frame.Length)).StartsWith(address)
                && (Port is null || (frame[transport + 2] << 8 | frame[transport + 3]) == Port);
        }
    }

    private sealed record Provoked(
        Case Case, JsonElement Document, byte[] Frame, DateTimeOffset Before, DateTimeOffset After, TimeSpan Since, TimeSpan Until, int Cpu);
}
