using System.Runtime.InteropServices;
using Huatuo.Store.Queues;

namespace Huatuo.Store.Tests.LocalFile;

public sealed partial class MemoryTests
{
    [Fact]
    public async Task After_a_burst_the_memory_goes_back_to_the_system()
    {
        await using var stand = new SinkStand(idleSeconds: 0.2);
        var (channel, ledger) = stand.Open("oom");
        byte[] document = Numbered.Document(1, 10_000);
        long most = 0;
        for (int i = 0; i < 10_000; i++)
        {
            channel.Accept(document);
            if (i % 200 == 0)
            {
                most = Math.Max(most, ResidentKib(stand));
                await SinkStand.Until(() => ledger.Pending < 200, "nothing is written");
            }
        }
        Assert.Equal(10_000, ledger.Stored + ledger.Pending);
        Assert.InRange(most, 1000, 8 << 10);

        await SinkStand.Until(() => stand.Sink.QueueMemoryBytes == 0, "memory is kept");
        Assert.Equal(0, ledger.Pending);
        Assert.Equal(0, ResidentKib(stand));

        channel.Accept(document);
        await SinkStand.Settled(ledger);
        Assert.Equal(10_001, ledger.Stored);
    }

    /// <summary>What the kernel says of the queue's memory.</summary>
    private static unsafe long ResidentKib(SinkStand stand)
    {
        BlockPool pool = stand.Sink.Pool;
        byte[] pages = new byte[(long)pool.BlockCount * pool.BlockBytes / Environment.SystemPageSize];
        fixed (byte* state = pages)
            Assert.Equal(0, MinCore(pool.Address, (nuint)pages.Length * (nuint)Environment.SystemPageSize, state));
        return pages.Count(p => (p & 1) != 0) * (long)Environment.SystemPageSize >> 10;
    }

    [LibraryImport("libc", EntryPoint = "mincore", SetLastError = true)]
    private static unsafe partial int MinCore(nint address, nuint length, byte* pages);
}
