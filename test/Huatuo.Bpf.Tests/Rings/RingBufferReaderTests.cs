namespace Huatuo.Bpf.Tests.Rings;

public sealed unsafe class RingBufferReaderTests
{
    private static byte[] Record(int length, int seed)
    {
        byte[] bytes = new byte[length];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }

    [Fact]
    public void RecordsComeInOrderAndEmptyTheRing()
    {
        using var ring = new KernelRing();
        byte[][] records = [.. Enumerable.Range(0, 30).Select(i => Record(i * 3, i))];
        Assert.True(ring.Reader.IsEmpty);
        foreach (byte[] record in records)
            ring.Submit(record);
        Assert.False(ring.Reader.IsEmpty);
        Assert.Equal(records, ring.Drain());
        Assert.True(ring.Reader.IsEmpty);
        Assert.Empty(ring.Drain());
    }

    [Fact]
    public void ABusyRecordHoldsUpThoseBehindIt()
    {
        using var ring = new KernelRing();
        ring.Submit("first"u8);
        uint* busy = ring.Submit("second"u8, KernelRing.Busy);
        ring.Submit("third"u8);
        Assert.Equal(["first"u8.ToArray()], ring.Drain());
        Assert.Equal(16UL, ring.Consumer);
        Assert.Empty(ring.Drain());
        *busy &= ~KernelRing.Busy;
        Assert.Equal(["second"u8.ToArray(), "third"u8.ToArray()], ring.Drain());
    }

    [Fact]
    public void ADiscardedRecordIsPassedOver()
    {
        using var ring = new KernelRing();
        ring.Submit("first"u8);
        ring.Submit("never"u8, KernelRing.Discarded);
        ring.Submit("last"u8);
        ring.Submit("never"u8, KernelRing.Discarded);
        Assert.Equal(["first"u8.ToArray(), "last"u8.ToArray()], ring.Drain());
        Assert.True(ring.Reader.IsEmpty);
    }

    [Fact]
    public void RecordsOfNoBytesAreRecords()
    {
        using var ring = new KernelRing();
        ring.Submit([]);
        ring.Submit([]);
        Assert.Equal([[], []], ring.Drain());
        Assert.Equal(16UL, ring.Consumer);
    }

    [Theory]
    [InlineData(0UL)]
    [InlineData(uint.MaxValue - 4095UL)]
    [InlineData((1UL << 32) - 8)]
    [InlineData(1UL << 32)]
    [InlineData(ulong.MaxValue - 4095UL)]
    [InlineData(ulong.MaxValue - 7UL)]
    public void RecordsWrapAtTheEndOfTheDataAndOfThePositions(ulong start)
    {
        using var ring = new KernelRing(start);
        var random = new Random(1);
        int wrapped = 0;
        for (int round = 0; round < 200; round++)
        {
            byte[][] records = [.. Enumerable.Range(0, random.Next(1, 4)).Select(i => Record(random.Next(1200), round * 10 + i))];
            ulong before = ring.Producer & 4095;
            foreach (byte[] record in records)
                ring.Submit(record);
            wrapped += (ring.Producer & 4095) < before ? 1 : 0;
            Assert.Equal(records, ring.Drain());
            Assert.Equal(ring.Producer, ring.Consumer);
        }
        Assert.True(wrapped > 20);
    }

    [Fact]
    public void ARecordAsLargeAsTheRingFits()
    {
        using var ring = new KernelRing(1UL << 32 | 64);
        byte[] record = Record(ring.Size - 8, 1);
        ring.Submit(record);
        Assert.Equal([record], ring.Drain());
    }

    [Fact]
    public void TheLimitIsOfRecords()
    {
        using var ring = new KernelRing();
        for (byte i = 0; i < 10; i++)
            ring.Submit([i], i % 2 == 0 ? KernelRing.Discarded : 0);
        Assert.Empty(ring.Drain(0));
        Assert.Equal([[1], [3]], ring.Drain(2));
        Assert.Equal(4 * 16UL, ring.Consumer);
        Assert.Equal([[5]], ring.Drain(1));
        Assert.Equal([[7], [9]], ring.Drain(3));
    }

    [Fact]
    public void ThePositionIsPublishedRecordByRecord()
    {
        using var ring = new KernelRing(ulong.MaxValue - 15);
        for (byte i = 0; i < 4; i++)
            ring.Submit([i]);
        var seen = new List<ulong>();
        var handler = new RecordAction((_, _) => seen.Add(ring.Consumer));
        Assert.Equal(4, ring.Reader.Drain(ref handler, 10));
        Assert.Equal([ulong.MaxValue - 15, 0, 16, 32], seen);
        Assert.Equal(48UL, ring.Consumer);
    }

    [Fact]
    public void RecordsThatComeMeanwhileAreTakenToo()
    {
        using var ring = new KernelRing();
        ring.Submit([5]);
        var taken = new List<byte>();
        var handler = new RecordAction((start, _) =>
        {
            taken.Add(*start);
            if (*start > 0)
                ring.Submit([(byte)(*start - 1)]);
        });
        Assert.Equal(6, ring.Reader.Drain(ref handler, 10));
        Assert.Equal([5, 4, 3, 2, 1, 0], taken);
    }

    [Fact]
    public void ARecordLongerThanWhatIsLeftIsDamage()
    {
        using var ring = new KernelRing(64);
        ring.Submit("good"u8);
        *ring.Submit("bad!"u8) = 9;
        var records = new RecordList();
        var damage = Assert.Throws<InvalidDataException>(() => ring.Reader.Drain(ref records, 10));
        Assert.Equal("ring buffer record of 9 bytes where 16 are left", damage.Message);
        Assert.Single(records.Taken);
        Assert.Equal(80UL, ring.Consumer);
    }

    [Theory]
    [InlineData(4097UL)]
    [InlineData(ulong.MaxValue)]
    public void MorePendingThanTheRingHoldsIsDamage(ulong pending)
    {
        using var ring = new KernelRing(4096);
        ring.Producer = unchecked(4096 + pending);
        var damage = Assert.Throws<InvalidDataException>(() => ring.Drain());
        Assert.Equal($"ring buffer of 4096 bytes with {pending} pending", damage.Message);
    }

    [Fact]
    public void RandomMemoryGivesRecordsWithinTheDataOrDamage()
    {
        using var ring = new KernelRing();
        int damaged = 0, handed = 0;
        for (int seed = 0; seed < 5000; seed++)
        {
            var random = new Random(seed);
            var data = new Span<byte>(ring.Data, ring.Size);
            random.NextBytes(data);
            // Words that look like short records let a drain get further than the first.
            for (int at = 0; at < ring.Size && seed % 2 == 0; at += 8)
                *(uint*)(ring.Data + at) = (uint)random.Next(64) | (random.Next(8) == 0 ? KernelRing.Discarded : 0) | (random.Next(64) == 0 ? KernelRing.Busy : 0);
            ulong start = (ulong)random.NextInt64() << 1;
            ring.Consumer = random.Next(8) == 0 ? start : start & ~7UL;
            ring.Producer = random.Next(4) == 0 ? (ulong)random.NextInt64() : ring.Consumer + (ulong)random.Next(2 * ring.Size);
            var handler = new RecordAction((record, length) =>
            {
                handed++;
                if (length > 0 && (record < ring.Data || record + length > ring.Data + 2 * ring.Size))
                    Assert.Fail($"seed {seed}: {length} bytes at {record - ring.Data}");
            });
            try
            {
                Assert.InRange(ring.Reader.Drain(ref handler, 1000), 0, 1000);
            }
            catch (InvalidDataException)
            {
                damaged++;
            }
        }
        Assert.True(damaged > 1000, $"{damaged} damaged");
        Assert.True(handed > 10_000, $"{handed} handed over");
    }

    [Fact]
    public void NothingIsAllocated()
    {
        using var ring = new KernelRing();
        byte[] record = Record(300, 1);
        var sum = new RecordSum();
        long Run(int rounds)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            for (int i = 0; i < rounds; i++)
            {
                for (int j = 0; j < 10; j++)
                    ring.Submit(record);
                ring.Reader.Drain(ref sum, 256);
            }
            return GC.GetAllocatedBytesForCurrentThread() - before;
        }
        Run(10);
        Assert.Equal(0, Run(1000));
        Assert.Equal(10_100, sum.Count);
    }
}
