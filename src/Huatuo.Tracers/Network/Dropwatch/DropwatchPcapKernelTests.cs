using System.Text.Json;
using Huatuo.Bpf.Abi;
using Huatuo.Bpf.Filters;
using Huatuo.Flow.Tracing;
using Huatuo.Kernel.Tests.Harness;

namespace Huatuo.Tracers.Network.Dropwatch;

/// <summary>Pcap expressions about real drops: what they let through, and that the rest is counted before the limit.</summary>
public sealed class DropwatchPcapKernelTests
{
    private const string Plain = "tp/skb/kfree_skb";

    private static readonly string[] s_all =
    [
        "arp 10.199.0.77", "icmp 10.199.0.2", "tcp 10.199.0.2:7001", "tcp fd99::2:7001", "udp 10.199.0.2:7001", "udp 10.199.0.2:7002", "udp fd99::2:7001",
    ];

    /// <summary>A hook, an expression, and the drops that it lets through by a part of their names.</summary>
    public static TheoryData<string, string, string[]> Filters { get; } = new()
    {
        { TracerOptions.Auto, "tcp", ["tcp "] },
        { TracerOptions.Auto, "tcp port 7001 and host 10.199.0.2", ["tcp 10.199"] },
        { TracerOptions.Auto, "dst net fd99::/64", ["fd99"] },
        { TracerOptions.Auto, "udp dst portrange 7002-7010 or icmp", [":7002", "icmp "] },
        { TracerOptions.Auto, "arp", ["arp "] },
        { TracerOptions.Auto, "not tcp and not ip6", ["arp ", "icmp ", "udp 10"] },
        { TracerOptions.Auto, "ether src 02:00:00:00:00:01 and tcp[tcpflags] = tcp-syn", ["tcp 10"] },
        { TracerOptions.Auto, "ip[2:2] < 100 and net 10.199.0.0/24", ["10.199.0.2"] },
        { TracerOptions.Auto, "host 192.0.2.1", [] },
        { Plain, "tcp port 7001 and host 10.199.0.2", ["tcp 10.199"] },
        { Plain, "ether src 02:00:00:00:00:01 and not tcp", ["arp ", "icmp ", "udp "] },
    };

    [Theory, Trait("kernels", "one")]
    [MemberData(nameof(Filters))]
    public async Task A_filter_lets_through_what_it_matches_and_counts_the_rest(string hook, string expression, string[] wanted)
    {
        await using TestNetwork network = await NetworkAsync();
        await using RunningTracer tracer = await RunningTracer.StartAsync(new DropwatchTracer(), Options(expression, hook, limit: 0));
        await DropAsync(network);
        await tracer.StopAsync();

        string inum = network.Right.Inum;
        string[] told = [.. tracer.Sink.Documents.Where(document => document.Data().Text("net_namespace_inum") == inum).Select(Name).Where(s_all.Contains).Distinct().Order(StringComparer.Ordinal)];
        Assert.Equal(s_all.Where(name => wanted.Any(part => name.Contains(part, StringComparison.Ordinal))), told);
        LedgerCounters end = tracer.Ledger.Kernel.Read();
        Assert.Equal(((ulong)tracer.Sink.Count, 0UL, 0UL), (end.Submitted, end.Lost, end.RateLimited));
        Assert.Equal(end.Hits, end.Filtered + end.Submitted);
        Assert.True(end.Filtered > 0, "nothing was filtered");
    }

    [Fact]
    public async Task What_does_not_match_uses_up_nothing_of_the_limit()
    {
        await using TestNetwork network = await NetworkAsync();
        await using RunningTracer tracer = await RunningTracer.StartAsync(new DropwatchTracer(), Options("host 192.0.2.1", TracerOptions.Auto, limit: 1));
        await DropAsync(network);
        await tracer.StopAsync();
        LedgerCounters end = tracer.Ledger.Kernel.Read();
        Assert.True(end.Hits >= (ulong)s_all.Length, $"{end.Hits} hits");
        Assert.Equal((end.Hits, 0UL, 0UL), (end.Filtered, end.RateLimited, end.Submitted));
    }

    [Fact]
    public async Task A_filter_and_protocols_exclude_each_other()
    {
        DropwatchOptions options = Options("host 192.0.2.1", TracerOptions.Auto, limit: 1);
        options.Protocols = [PacketProtocol.Udp];
        await using RunningTracer tracer = await RunningTracer.SettleAsync(new DropwatchTracer(), options);
        Assert.Equal((TracerState.Failed, "tracers.dropwatch: with filter, protocols is not asked; say which protocols in the filter"), (tracer.Runner.State, tracer.Runner.LastError));
    }

    private static DropwatchOptions Options(string expression, string hook, uint limit)
    {
        Assert.True(PacketFilter.TryCompile(expression, out PacketFilter? filter, out string? error), error);
        return new DropwatchOptions { Filter = filter, Hook = hook, MaxEventsPerSecond = limit };
    }

    private static async Task<TestNetwork> NetworkAsync()
    {
        TestNetwork network = await TestNetwork.CreateAsync();
        try
        {
            await network.RulesAsync(
                """
                table inet t {
                  chain c {
                    type filter hook input priority 0;
                    meta l4proto { icmp, tcp, udp } drop
                  }
                }
                table arp t {
                  chain c {
                    type filter hook input priority 0;
                    arp daddr ip 10.199.0.77 drop
                  }
                }
                """);
            return network;
        }
        catch
        {
            await network.DisposeAsync();
            throw;
        }
    }

    private static Task DropAsync(TestNetwork network)
    {
        (string v4, string v6) = (network.Right.Ipv4, network.Right.Ipv6);
        return network.Left.RunAsync(() =>
        {
            Provoke.Syn(v4, 7001);
            Provoke.Syn(v6, 7001);
            Provoke.Udp(v4, 7001);
            Provoke.Udp(v6, 7001);
            Provoke.Udp(v4, 7002);
            Provoke.Echo(v4);
            Provoke.Udp("10.199.0.77", 7001);
        });
    }

    private static string Name(JsonElement document)
    {
        string port = document.Port();
        return $"{document.Data().Text("type")} {document.Destination()}{(port.Length > 0 ? ":" + port : "")}";
    }
}
