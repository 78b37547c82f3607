using System.Net;
using Huatuo.Bpf.Abi;
using Huatuo.Flow.Tracing;
using Huatuo.Kernel.Tests.Harness;

namespace Huatuo.Tracers.Network.Dropwatch;

/// <summary>The limit under floods, and a ledger that balances.</summary>
public sealed class DropwatchRateKernelTests
{
    private const ulong Second = 1_000_000_000;
    private const int Limit = 100, FullWindows = 2;

    // What a CPU has taken on and not yet dropped, at most; more is dropped at once.
    private const int Backlog = 10;

    [Theory]
    [InlineData(1, Transport.RingBuffer)]
    [InlineData(2, Transport.RingBuffer)]
    [InlineData(2, Transport.Perf)]
    public async Task Each_second_lets_exactly_the_limit_through(int cpus, Transport transport)
    {
        await using TestNetwork network = await TestNetwork.CreateAsync();
        await network.RulesAsync(NetfilterRules.DropUdp(7002));
        var timed = new TimedTracer(new DropwatchTracer());
        await using RunningTracer tracer = await RunningTracer.StartAsync(timed, new DropwatchOptions
        {
            Hook = "tp_btf/kfree_skb",
            Transport = transport,
            Protocols = [PacketProtocol.Udp],
            Addresses = [IPNetwork.Parse("10.199.0.0/24")],
            MaxEventsPerSecond = Limit,
        });
        using var backlog = new KernelSetting("net/core/netdev_max_backlog", $"{Backlog}");
        Dictionary<ulong, long>[] sent = await FloodAsync(network, cpus);
        await tracer.StopAsync();

        Dictionary<ulong, int> windows = timed.Records.CountBy(record => record.MonotonicNs / Second).ToDictionary();
        Assert.All(windows, window => Assert.InRange(window.Value, 1, Limit));
        // On a machine that is busy a second may have few drops.
        ulong[] full = [.. windows.Keys.Where(window => sent.Any(cpu => cpu.GetValueOrDefault(window) >= Backlog + Limit))];
        Assert.InRange(full.Length, FullWindows, int.MaxValue);
        Assert.All(full, window => Assert.Equal(Limit, windows[window]));

        LedgerCounters kernel = tracer.Ledger.Kernel.Read();
        Assert.InRange(kernel.RateLimited + kernel.Submitted, (ulong)sent.Sum(cpu => cpu.Values.Sum()), ulong.MaxValue);
        Balance.Check(tracer);
        Assert.Equal((0UL, (ulong)timed.Records.Count), (kernel.Lost, kernel.Submitted));
    }

    [Theory]
    [InlineData(Transport.RingBuffer)]
    [InlineData(Transport.Perf)]
    public async Task What_finds_no_room_is_counted_as_lost(Transport transport)
    {
        await using TestNetwork network = await TestNetwork.CreateAsync();
        await network.RulesAsync(NetfilterRules.DropUdp(7002));
        var stalled = new StalledTracer(new DropwatchTracer());
        await using RunningTracer tracer = await RunningTracer.StartAsync(stalled, new DropwatchOptions
        {
            Transport = transport,
            Protocols = [PacketProtocol.Udp],
            Addresses = [IPNetwork.Parse("10.199.0.0/24")],
            MaxEventsPerSecond = 0,
            RingBytes = new(16384),
        });
        await network.Left.RunAsync(() => Provoke.Udp(network.Right.Ipv4, 7002));
        await stalled.Stalled;
        const int more = 500;
        await network.Left.RunAsync(() => Provoke.Udp(network.Right.Ipv4, 7002, more));
        stalled.GoOn();
        await tracer.StopAsync();

        LedgerCounters kernel = tracer.Ledger.Kernel.Read();
        Balance.Check(tracer);
        Assert.Equal(1UL + more, kernel.Submitted + kernel.Lost);
        Assert.InRange(kernel.Lost, 1UL, more - 1UL);
    }

    /// <summary>Sends from each CPU until some seconds were full; gives what each sent, by the second in which a burst began and ended.</summary>
    private static async Task<Dictionary<ulong, long>[]> FloodAsync(TestNetwork network, int cpus) =>
        await Task.WhenAll(Enumerable.Range(0, cpus).Select(cpu => network.Left.RunAsync(
            () =>
            {
                const int burst = 100;
                Dictionary<ulong, long> sent = [];
                while (sent.Values.Count(count => count >= Backlog + Limit) <= FullWindows)
                {
                    ulong began = Now / Second;
                    Provoke.Udp(network.Right.Ipv4, 7002, burst);
                    if (Now / Second == began)
                        sent[began] = sent.GetValueOrDefault(began) + burst;
                }
                return sent;
            },
            cpu)));

    private static ulong Now => (ulong)DropOracle.Now.Ticks * 100;
}
