using Huatuo.Flow.Ledger;
using Huatuo.Store.Spool;
using Huatuo.Store.Tests.LocalFile;

namespace Huatuo.Store.Tests.Spool;

/// <summary>Random histories: documents come, are delivered and refused, the spool overflows, and the process starts anew.</summary>
public sealed class LedgerPropertyTests
{
    private static readonly string[] Tracers = ["oom", "ras", "hungtask"];

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public async Task Every_document_is_delivered_refused_or_dropped_once_and_every_ledger_balances(int seed)
    {
        var random = new Random(seed);
        using TemporaryDirectory folder = SpoolStand.Temporary();
        HashSet<long> seen = [];
        long next = 0, dropped = 0;
        for (int run = 0; run < 6; run++)
        {
            await using var stand = new SpoolStand(folder.Path, maxBytes: 128 << 10);
            foreach (string tracer in Tracers)
                stand.Ledger(tracer);
            for (int step = 0; step < 8; step++)
            {
                for (int i = random.Next(0, 60); i > 0; i--)
                    stand.Accept(Tracers[random.Next(Tracers.Length)], [next++], random.Next(21, 3000));
                await stand.KeptAsync();
                stand.AssertBalanced();
                for (int i = random.Next(0, 4); i > 0 && stand.Queue.Reader.TryRead(random.Next(1, 40_000), random.Next(1, 50)) is { } batch; i--)
                {
                    Settle(stand, batch, random, seen);
                    stand.AssertBalanced();
                }
            }
            dropped += Tracers.Sum(tracer => stand.Ledger(tracer).Dropped(SinkStage.Spool));
            Assert.Equal(0, Tracers.Sum(tracer => SinkStand.Dropped(stand.Ledger(tracer)) - stand.Ledger(tracer).Dropped(SinkStage.Spool)));
            Assert.DoesNotContain(stand.Log, line => !line.Contains("has reached", StringComparison.Ordinal));
            long pending = Tracers.Sum(tracer => stand.Ledger(tracer).Pending);
            Assert.Equal(next, seen.Count + dropped + pending);
            await stand.Queue.DisposeAsync();

            await using var after = new SpoolStand(folder.Path, maxBytes: 128 << 10);
            foreach (string tracer in Tracers)
                after.Ledger(tracer);
            await SinkStand.Until(() => Tracers.Sum(tracer => after.Ledger(tracer).Recovered) == pending, "another number of documents is recovered");
        }
        await using var last = new SpoolStand(folder.Path);
        await SinkStand.Until(() => Tracers.Sum(tracer => last.Ledger(tracer).Recovered) == next - seen.Count - dropped, "another number of documents is recovered");
        foreach (long number in last.DeliverNumbers())
            Assert.True(seen.Add(number), $"{number} came twice");
        Assert.Equal(next, seen.Count + dropped);
        Assert.Equal(0, Tracers.Sum(tracer => last.Ledger(tracer).Pending));
        last.AssertBalanced();
    }

    private static void Settle(SpoolStand stand, SpoolBatch batch, Random random, HashSet<long> seen)
    {
        foreach (SpooledDocument document in batch.Documents)
        {
            Assert.True(seen.Add(SpoolStand.Number(batch.Bytes(document).ToArray())), "a document came twice");
            if (random.Next(5) == 0)
                stand.Queue.Segments.DeadLetter(batch.Segment!, document.Tracer, 1);
            else
                stand.Queue.Segments.Store(batch.Segment!, document.Tracer, 1);
        }
        stand.Queue.Reader.Acknowledge(batch);
    }
}
