using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using Huatuo.Flow.Filter;
using Huatuo.Tracers.Tests;

namespace Huatuo.Tracers.Network.Dropwatch;

public sealed class DropwatchTests
{
    private static readonly Golden s_golden = new("Network/Dropwatch");

    private static readonly Dictionary<string, IReadOnlyDictionary<uint, string>> s_enums = new()
    {
        ["skb_drop_reason"] = new Dictionary<uint, string>
        {
            [1] = "SKB_CONSUMED",
            [2] = "SKB_DROP_REASON_NOT_SPECIFIED",
            [3] = "SKB_DROP_REASON_NO_SOCKET",
            [9] = "SKB_DROP_REASON_TCP_OLD_DATA",
            [78] = "SKB_DROP_REASON_ICMP_CSUM",
        },
        ["skb_drop_reason_subsys"] = new Dictionary<uint, string>
        {
            [0] = "SKB_DROP_REASON_SUBSYS_CORE",
            [3] = "SKB_DROP_REASON_SUBSYS_OPENVSWITCH",
        },
    };

    public static TheoryData<string> Names => [.. s_golden.Names];

    private static Task<TracerStand> Start(params IEnumerable<Rule> rules) => TracerStand.StartAsync(new DropwatchTracer(), s_enums, rules: rules);

    private static string Text(TracerStand stand) => Encoding.UTF8.GetString(stand.Sink.Last.Span);

    [Theory]
    [MemberData(nameof(Names))]
    public async Task RecordsBecomeTheirDocument(string name)
    {
        await using TracerStand stand = await Start();
        Assert.True(stand.OnRecord(s_golden.Record(name)));
        Assert.Equal(1, stand.Sink.Count);
        Assert.Equal(s_golden.Text(name, ".json"), Text(stand));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void DocumentsBecomeTheirText(string name)
    {
        using var document = JsonDocument.Parse(s_golden.Text(name, ".json"));
        Assert.Equal(s_golden.Text(name, ".txt"), new DropwatchTracer().FormatText(document.RootElement));
    }

    [Fact]
    public async Task ThePaddingOfThePerfTransportChangesNothing()
    {
        for (int padding = 1; padding < 8; padding++)
        {
            await using TracerStand stand = await Start();
            Assert.True(stand.OnRecord([.. s_golden.Record("tcp4-softirq"), .. Enumerable.Repeat((byte)0xaa, padding)]));
            Assert.Equal(s_golden.Text("tcp4-softirq", ".json"), Text(stand));
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public async Task ARecordThatIsCutOffIsNone(string name)
    {
        await using TracerStand stand = await Start();
        byte[] record = s_golden.Record(name);
        for (int length = 0; length < record.Length; length++)
            Assert.False(stand.OnRecord(record.AsSpan(0, length)), $"{length} bytes");
        Assert.Equal((0, 0), (stand.Sink.Count, stand.Ledger.Decoded));
    }

    [Fact]
    public async Task ARecordThatContradictsItselfIsNone()
    {
        await using TracerStand stand = await Start();
        byte[] record = s_golden.Record("tcp4-softirq");
        Assert.False(stand.OnRecord(Changed(record, (ref DropwatchRecord drop) => drop.Header.StackBytes += 8)));
        Assert.False(stand.OnRecord(Changed(record, (ref DropwatchRecord drop) => drop.Header.StackBytes -= 1)));
        Assert.False(stand.OnRecord(Changed(record, (ref DropwatchRecord drop) => drop.Header.StackBytes = uint.MaxValue)));
        Assert.False(stand.OnRecord(Changed(record, (ref DropwatchRecord drop) => drop.PacketBytes = 121)));
        Assert.False(stand.OnRecord(Changed(record, (ref DropwatchRecord drop) => drop.Origin = 2)));
        // What a trap adds cannot be the stack of another drop.
        Assert.False(stand.OnRecord(Changed(record, (ref DropwatchRecord drop) => drop.Origin = 1)));
        Assert.Equal((0, 0), (stand.Sink.Count, stand.Ledger.Decoded));
    }

    [Fact]
    public async Task RandomAndChangedBytesAreNoRecordOrGiveADocument()
    {
        var field = new Rule("field", "dropwatch", true, [], [new FieldCondition("layers.tcp.sport", FieldOperator.Greater, ["50000"])]);
        await using TracerStand stand = await Start(field);
        byte[][] originals = [.. s_golden.Names.Select(s_golden.Record)];
        int refused = 0;
        for (int seed = 0; seed < 100_000; seed++)
        {
            byte[] record = Mutated(originals, new Random(seed));
            int before = stand.Sink.Count;
            long ignored = stand.Ledger.Ignored(0);
            if (!stand.OnRecord(record))
            {
                refused++;
                Assert.Equal(before, stand.Sink.Count);
                continue;
            }
            if (stand.Ledger.Ignored(0) > ignored)
                continue;
            Assert.Equal(before + 1, stand.Sink.Count);
            Assert.False(stand.Sink.Last.Span.Contains((byte)'\n'));
            using var document = JsonDocument.Parse(stand.Sink.Last);
            string text = stand.Definition.FormatText(document.RootElement);
            Assert.DoesNotContain(text, c => char.IsControl(c) && c != '\n');
            Assert.StartsWith(document.RootElement.GetProperty("observed_timestamp").GetString()!, text, StringComparison.Ordinal);
        }
        Assert.Equal(100_000, refused + stand.Ledger.Decoded);
        Assert.Equal(0, stand.Ledger.Dropped(Flow.Ledger.DropStage.Encode));
        Assert.InRange(refused, 10_000, 60_000);
        Assert.True(stand.Ledger.Ignored(0) > 100);
    }

    [Fact]
    public async Task NothingIsAllocatedFromRecordToDocument()
    {
        var rules = new[]
        {
            new Rule("stack", "dropwatch", true, [new FunctionCondition(["skb_rbtree_purge"])], []),
            new Rule("field", "dropwatch", true, [], [new FieldCondition("layers.tcp.sk_state", FieldOperator.Is, ["CLOSE"])]),
        };
        await using TracerStand stand = await Start(rules);
        byte[][] records = [.. s_golden.Names.Select(s_golden.Record)];
        long Run(int rounds)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            for (int i = 0; i < rounds; i++)
                foreach (byte[] record in records)
                    if (!stand.OnRecord(record))
                        return -1;
            return GC.GetAllocatedBytesForCurrentThread() - before;
        }
        Run(200);
        Assert.Equal(0, Run(2000));
        Assert.Equal(2200 * records.Length, stand.Sink.Count);
    }

    private delegate void Change(ref DropwatchRecord drop);

    private static byte[] Changed(byte[] record, Change change)
    {
        byte[] copy = [.. record];
        change(ref MemoryMarshal.AsRef<DropwatchRecord>(copy.AsSpan()));
        return copy;
    }

    private static byte[] Mutated(byte[][] originals, Random random)
    {
        if (random.Next(8) == 0)
        {
            byte[] noise = new byte[random.Next(2 * DropwatchRecord.Size)];
            random.NextBytes(noise);
            return noise;
        }
        byte[] record = [.. originals[random.Next(originals.Length)]];
        for (int change = random.Next(1, 12); change > 0; change--)
            record[random.Next(record.Length)] = (byte)random.Next(256);
        if (random.Next(4) == 0)
            random.NextBytes(record.AsSpan(160, 120));
        return random.Next(8) == 0 ? record[..random.Next(record.Length)] : record;
    }
}
