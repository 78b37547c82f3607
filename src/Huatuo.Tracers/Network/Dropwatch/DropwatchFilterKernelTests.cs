using System.Net;
using System.Text.Json;
using Huatuo.Bpf.Abi;
using Huatuo.Kernel.Tests.Harness;

namespace Huatuo.Tracers.Network.Dropwatch;

/// <summary>The filters of the kernel side: what they let through, and that the rest is counted.</summary>
public sealed class DropwatchFilterKernelTests(DropwatchFilterKernelTests.Stand stand) : IClassFixture<DropwatchFilterKernelTests.Stand>
{
    private const int Count = 5;

    private static readonly string[] s_all =
    [
        "icmp 10.199.0.2 vright", "tcp 10.199.0.2:7001 vright", "tcp fd99::2:7001 vright", "udp 10.199.0.2:7001 vright", "udp 10.199.0.2:7002 vright",
        "udp 127.0.0.1:7001 lo", "udp fd99::2:7001 vright", "udp fd99::2:7002 vright",
    ];

    /// <summary>Options, and the drops that they let through by a part of their names.</summary>
    public static TheoryData<string, string[]> Filters { get; } = new()
    {
        { "protocols=tcp", ["tcp "] },
        { "protocols=udp", ["udp "] },
        { "protocols=icmp", ["icmp "] },
        { "protocols=tcp,udp", ["tcp ", "udp "] },
        { "ports=7001", [":7001 "] },
        { "ports=7002,9", [":7002 "] },
        { "addresses=10.199.0.2/32", ["10.199.0.2"] },
        { "addresses=127.0.0.0/8", ["127.0.0.1"] },
        { "addresses=fd99::/64", ["fd99::2"] },
        { "addresses=fd99::2/128,10.199.0.0/24", ["fd99::2", "10.199.0.2"] },
        { "addresses=10.198.0.0/16", [] },
        { "devices=lo", [" lo"] },
        { "devices=vright", [" vright"] },
        { "devices_excluded=lo", [" vright"] },
        { "devices_excluded=vright", [" lo"] },
        { "reasons=NETFILTER_DROP", [":7002 ", "icmp "] },
        { "reasons=NO_SOCKET", [":7001 "] },
        { "ports=7001 protocols=udp addresses=10.0.0.0/8 devices=vright reasons=NO_SOCKET", ["udp 10.199.0.2:7001"] },
        { "", [""] },
    };

    [Theory, Trait("kernels", "one")]
    [MemberData(nameof(Filters))]
    public async Task A_filter_lets_through_what_it_names_and_counts_the_rest(string filter, string[] wanted)
    {
        Assert.SkipWhen(filter.Contains("reasons=", StringComparison.Ordinal) && !DropOracle.TellsReasons, DropOracle.NoReasons);
        TestNetwork network = stand.Network;
        (string v4, string v6) = (network.Right.Ipv4, network.Right.Ipv6);
        using var oracle = new DropOracle();
        await using RunningTracer tracer = await RunningTracer.StartAsync(new DropwatchTracer(), Options(filter));

        TimeSpan outerStart = DropOracle.Now;
        LedgerCounters before = tracer.Ledger.Kernel.Read();
        TimeSpan innerStart = DropOracle.Now;
        await network.Left.RunAsync(() =>
        {
            for (int i = 0; i < Count; i++)
            {
                Provoke.Syn(v4, 7001);
                Provoke.Syn(v6, 7001);
                Provoke.Udp(v4, 7001);
                Provoke.Udp(v6, 7001);
                Provoke.Udp(v4, 7002);
                Provoke.Udp(v6, 7002);
                Provoke.Echo(v4);
            }
        });
        await network.Right.RunAsync(() => Provoke.Udp("127.0.0.1", 7001, Count));
        TimeSpan innerEnd = DropOracle.Now;
        LedgerCounters after = tracer.Ledger.Kernel.Read();
        TimeSpan outerEnd = DropOracle.Now;
        await tracer.StopAsync();
        IReadOnlyList<OracleDrop> records = oracle.Stop();

        string inum = network.Right.Inum;
        string[] told = [.. tracer.Sink.Documents.Where(document => document.Data().Text("net_namespace_inum") == inum).Select(Name).Where(s_all.Contains).Order(StringComparer.Ordinal)];
        Assert.Equal(s_all.Where(name => wanted.Any(part => name.Contains(part, StringComparison.Ordinal))).SelectMany(name => Enumerable.Repeat(name, Count)).Order(StringComparer.Ordinal), told);

        // The machine's other drops are in both figures; only those within the two readings themselves are uncertain.
        Assert.InRange(
            after.Hits - before.Hits,
            (ulong)records.Count(record => record.Time > innerStart && record.Time < innerEnd),
            (ulong)records.Count(record => record.Time > outerStart && record.Time < outerEnd));
        Assert.Equal(after.Hits - before.Hits, after.Filtered - before.Filtered + (after.Submitted - before.Submitted));
        LedgerCounters end = tracer.Ledger.Kernel.Read();
        Assert.Equal((end.Submitted, 0UL, 0UL), ((ulong)tracer.Sink.Count, end.Lost, end.RateLimited));
        Assert.Equal(end.Hits, end.Filtered + end.Submitted);
    }

    private static DropwatchOptions Options(string filter)
    {
        var options = new DropwatchOptions { Protocols = [], MaxEventsPerSecond = 0 };
        foreach (string part in filter.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            (string key, string[] values) = (part.Split('=')[0], part.Split('=')[1].Split(','));
            switch (key)
            {
                case "protocols":
                    options.Protocols = [.. values.Select(value => Enum.Parse<PacketProtocol>(value, ignoreCase: true))];
                    break;
                case "ports":
                    options.Ports = [.. values.Select(ushort.Parse)];
                    break;
                case "addresses":
                    options.Addresses = [.. values.Select(IPNetwork.Parse)];
                    break;
                case "devices":
                    options.Devices = values;
                    break;
                case "devices_excluded":
                    options.DevicesExcluded = values;
                    break;
                default:
                    options.Reasons = values;
                    break;
            }
        }
        return options;
    }

    private static string Name(JsonElement document)
    {
        string port = document.Port();
        return $"{document.Data().Text("type")} {document.Destination()}{(port.Length > 0 ? ":" + port : "")} {document.Data().Text("netdev_name")}";
    }

    /// <summary>The network that all filters are tried on.</summary>
    public sealed class Stand : IAsyncLifetime
    {
        internal TestNetwork Network { get; private set; } = null!;

        public async ValueTask InitializeAsync()
        {
            Network = await TestNetwork.CreateAsync();
            await Network.RulesAsync(
                """
                table inet t {
                  chain c {
                    type filter hook input priority 0;
                    udp dport 7002 drop
                    icmp type echo-request drop
                  }
                }
                """);
        }

        public ValueTask DisposeAsync() => Network.DisposeAsync();
    }
}
