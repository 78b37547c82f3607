using System.Text.Json;
using Huatuo.Bpf.Abi;
using Huatuo.Flow.Tracing;
using Huatuo.Kernel.Tests.Harness;

namespace Huatuo.Tracers.Network.Dropwatch;

/// <summary>All drops of the machine, one to one with the kernel's own record of them.</summary>
public sealed class DropwatchOracleKernelTests
{
    [Theory]
    [InlineData(Transport.RingBuffer)]
    [InlineData(Transport.Perf)]
    public async Task Two_thousand_mixed_drops_are_told_one_to_one(Transport transport)
    {
        const int rounds = 250;
        await using TestNetwork network = await TestNetwork.CreateAsync();
        await network.RulesAsync(NetfilterRules.DropUdp(7002));
        (string v4, string v6) = (network.Right.Ipv4, network.Right.Ipv6);

        using var oracle = new DropOracle();
        await using RunningTracer tracer = await RunningTracer.StartAsync(new DropwatchTracer(), new DropwatchOptions
        {
            Transport = transport,
            Protocols = [],
            MaxEventsPerSecond = 0,
            RingBytes = new(8 << 20),
        });
        TimeSpan since = DropOracle.Now;
        await Task.WhenAll(Enumerable.Range(0, Environment.ProcessorCount).Select(cpu => network.Left.RunAsync(
            () =>
            {
                for (int i = 0; i < rounds / Environment.ProcessorCount; i++)
                {
                    Provoke.Udp(v4, 7001);
                    Provoke.Udp(v6, 7001);
                    Provoke.Udp(v4, 7002, 2);
                    Provoke.Udp(v6, 7002, 2);
                    Provoke.Syn(v4, 7001);
                    Provoke.Syn(v6, 7001);
                }
            },
            cpu)));
        TimeSpan until = DropOracle.Now;
        await tracer.StopAsync();
        IReadOnlyList<OracleDrop> records = oracle.Stop();

        IReadOnlyList<JsonElement> documents = tracer.Sink.Documents;
        string inum = network.Right.Inum;
        int inside = documents.Count(document => document.Data().Text("net_namespace_inum") == inum);
        tracer.Sink.Observed.See(8 * rounds, Math.Min(inside, 8 * rounds));
        Assert.True(inside >= 8 * rounds);
        Dictionary<string, int> told = documents.CountBy(document => document.Key()).ToDictionary();
        Dictionary<string, int> recorded = records.CountBy(record => record.Key).ToDictionary();
        string[] excess = [.. told.Where(drop => recorded.GetValueOrDefault(drop.Key) < drop.Value).Select(drop => $"{drop.Value} times told: {drop.Key}")];
        tracer.Sink.Observed.Silence(excess.Length);
        Assert.Empty(excess);
        Dictionary<string, int> due = records.Where(record => record.Time >= since && record.Time <= until).CountBy(record => record.Key).ToDictionary();
        Assert.Empty(due.Where(drop => told.GetValueOrDefault(drop.Key) < drop.Value).Select(drop => $"{drop.Value} times recorded: {drop.Key}"));

        LedgerCounters kernel = tracer.Ledger.Kernel.Read();
        Assert.Equal((ulong)documents.Count, kernel.Hits);
        Assert.Equal(kernel.Hits, kernel.Submitted);
    }
}
