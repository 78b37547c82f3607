using Huatuo.Flow.Ledger;
using Huatuo.Store.Queues;

namespace Huatuo.Store.Tests.LocalFile;

public sealed class QueueTests
{
    private const long QueueBytes = 1 << 20;

    [Fact]
    public async Task A_flood_that_is_not_written_fills_its_share_and_a_rare_tracer_finds_room()
    {
        await using var stand = new SinkStand(queueBytes: QueueBytes);
        Directory.CreateDirectory(stand.Directory);
        var held = new HeldOpen(stand.File("flood"));
        var (flood, floodLedger) = stand.Open("flood");
        var (rare, rareLedger) = stand.Open("rare");
        var (second, secondLedger) = stand.Open("second");
        long accepted = 0;
        while (floodLedger.Dropped(SinkStage.Queue) < 1000)
            flood.Accept(Numbered.Document(accepted++, 1500));
        SinkStand.AssertBalanced(floodLedger, accepted);
        Assert.InRange(floodLedger.Pending * 1500, QueueBytes * 6 / 10, QueueBytes * 7 / 10);

        // The writer is held up: these, too, must find room in what the flood has left.
        rare.Accept(Numbered.Document(0, 5000));
        Assert.Equal(1, rareLedger.Pending);
        long also = 0;
        while (secondLedger.Dropped(SinkStage.Queue) < 1000)
            second.Accept(Numbered.Document(also++, 1500));
        Assert.InRange(secondLedger.Pending * 1500, QueueBytes / 10, QueueBytes * 3 / 10);
        rare.Accept(Numbered.Document(1, 5000));
        Assert.Equal(0, SinkStand.Dropped(rareLedger));

        held.Dispose();
        await SinkStand.Settled(floodLedger, rareLedger, secondLedger);
        SinkStand.AssertBalanced(floodLedger, accepted);
        SinkStand.AssertBalanced(secondLedger, also);
        Assert.Equal(Numbered.Range(0, floodLedger.Stored - 1), Numbered.Read(stand.File("flood")));
        Assert.Equal(Numbered.Range(0, secondLedger.Stored - 1), Numbered.Read(stand.File("second")));
        Assert.Equal([0, 1], Numbered.Read(stand.File("rare")));

        flood.Accept(Numbered.Document(accepted));
        await SinkStand.Settled(floodLedger);
        Assert.Equal(accepted, Numbered.Read(stand.File("flood"))[^1]);
    }

    [Fact]
    public async Task Forty_floods_leave_each_tracer_its_block()
    {
        using var pool = new BlockPool(QueueBytes);
        BlockShare[] floods = [.. Enumerable.Range(0, 40).Select(_ => pool.Join())];
        BlockShare[] rare = [.. Enumerable.Range(0, 20).Select(_ => pool.Join())];
        int[] one = new int[1];
        foreach (BlockShare flood in floods)
        {
            while (pool.TryTake(flood, one))
            {
            }
        }
        Assert.All(floods, f => Assert.True(f.Held > 0));
        Assert.All(rare, r => Assert.True(pool.TryTake(r, one)));
        Assert.All(floods, f => Assert.False(pool.TryTake(f, one)));
        await Task.CompletedTask;
    }

    [Fact]
    public void Blocks_are_never_given_to_two_and_all_come_back()
    {
        using var pool = new BlockPool(QueueBytes);
        var random = new Random(5);
        BlockShare[] shares = [.. Enumerable.Range(0, 5).Select(_ => pool.Join())];
        var held = shares.Select(_ => new List<int>()).ToArray();
        for (int round = 0; round < 20_000; round++)
        {
            int who = random.Next(shares.Length);
            if (random.Next(2) == 0)
            {
                int[] blocks = new int[random.Next(1, 6)];
                if (pool.TryTake(shares[who], blocks))
                    held[who].AddRange(blocks);
            }
            else
            {
                int[] back = [.. held[who].Take(random.Next(1, 6))];
                held[who].RemoveRange(0, back.Length);
                pool.Return(shares[who], back);
            }
            if (round % 50 == 0)
                pool.Trim();
            int[] all = [.. held.SelectMany(h => h)];
            Assert.Equal(all.Length, all.Distinct().Count());
            Assert.Equal(held[who].Count, shares[who].Held);
        }
        for (int i = 0; i < shares.Length; i++)
            pool.Return(shares[i], [.. held[i]]);
        pool.Trim();
        pool.Trim();
        Assert.Equal(0, pool.TouchedBytes);
    }

    [Fact]
    public async Task A_document_larger_than_the_memory_is_refused()
    {
        await using var stand = new SinkStand(queueBytes: QueueBytes);
        var (channel, ledger) = stand.Open("oom");
        channel.Accept(new byte[2 << 20]);
        channel.Accept(Numbered.Document(1, (int)QueueBytes / 2));
        await SinkStand.Settled(ledger);
        Assert.Equal(1, ledger.Dropped(SinkStage.Queue));
        Assert.Equal(1, ledger.Stored);
    }
}
