using Huatuo.Bpf.Rings;

namespace Huatuo.Bpf.Tests.Rings;

public sealed unsafe class PerfRingReaderTests
{
    private static byte[] Bytes(int length, int seed)
    {
        byte[] bytes = new byte[length];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }

    [Fact]
    public void SamplesComeInOrderWithTheirPadding()
    {
        using var ring = new KernelPerfRing();
        Assert.True(ring.Reader.IsEmpty);
        byte[][] expected = [.. Enumerable.Range(0, 30).Select(i => ring.Sample(Bytes(i * 3, i)))];
        Assert.False(ring.Reader.IsEmpty);
        List<byte[]> records = ring.Drain();
        Assert.Equal(expected, records);
        for (int i = 0; i < 30; i++)
        {
            Assert.Equal(Bytes(i * 3, i), records[i][..(i * 3)]);
            Assert.InRange(records[i].Length - i * 3, 0, 7);
        }
        Assert.True(ring.Reader.IsEmpty);
        Assert.Equal(ring.Head, ring.Tail);
    }

    [Theory]
    [InlineData(0UL)]
    [InlineData((1UL << 32) - 4096)]
    [InlineData((1UL << 32) - 8)]
    [InlineData(ulong.MaxValue - 4095)]
    [InlineData(ulong.MaxValue - 7)]
    public void ARecordThatWrapsIsPutTogether(ulong start)
    {
        using var ring = new KernelPerfRing(start);
        var random = new Random(2);
        int wrapped = 0;
        for (int round = 0; round < 300; round++)
        {
            ulong before = ring.Head & 4095;
            byte[][] expected = [.. Enumerable.Range(0, random.Next(1, 4)).Select(i => ring.Sample(Bytes(random.Next(1200), round * 10 + i)))];
            wrapped += (ring.Head & 4095) < before ? 1 : 0;
            Assert.Equal(expected, ring.Drain());
            Assert.Equal(ring.Head, ring.Tail);
        }
        Assert.True(wrapped > 30);
    }

    [Fact]
    public void AHeaderAtTheVeryEndWrapsToo()
    {
        using var ring = new KernelPerfRing(4096 - 8);
        byte[] expected = ring.Sample(Bytes(100, 1));
        Assert.Equal([expected], ring.Drain());
    }

    [Fact]
    public void TheLongestRecordThatItsSizeCanTellWraps()
    {
        using var ring = new KernelPerfRing(65536 + 1024, pages: 16);
        byte[] expected = ring.Sample(Bytes(65528 - 12, 1));
        Assert.Equal([expected], ring.Drain());
    }

    [Fact]
    public void LostRecordsAreCountedAndNotHandedOver()
    {
        using var ring = new KernelPerfRing(4096 - 16);
        ring.Lost(7);
        byte[] expected = ring.Sample("a"u8);
        ring.Lost(5_000_000_000);
        Assert.Equal([expected], ring.Drain());
        Assert.Equal(5_000_000_007, ring.Reader.ReportedLost);
    }

    [Fact]
    public void RecordsOfOtherTypesArePassedOver()
    {
        using var ring = new KernelPerfRing();
        ring.Write(0, []);
        ring.Write(5, Bytes(24, 1));
        byte[] expected = ring.Sample("a"u8);
        ring.Write(uint.MaxValue, Bytes(1000, 1));
        ring.Write(9, []);
        ring.Write(2, Bytes(8, 1));
        Assert.Equal([expected], ring.Drain());
        Assert.True(ring.Reader.IsEmpty);
        Assert.Equal(0, ring.Reader.ReportedLost);
    }

    [Theory]
    [InlineData(13)]
    [InlineData(100)]
    [InlineData(-1)]
    public void ASampleThatClaimsMoreThanItsRecordEndsWithTheRecord(int claimed)
    {
        using var ring = new KernelPerfRing();
        byte[] body = [.. BitConverter.GetBytes(claimed), .. "twelve bytes"u8];
        ring.Write(9, body);
        ring.Write(9, [.. BitConverter.GetBytes(3), .. "twelve bytes"u8]);
        Assert.Equal(["twelve bytes"u8.ToArray(), "twe"u8.ToArray()], ring.Drain());
    }

    [Theory]
    [InlineData(0, "perf record of 0 bytes where 16 are left")]
    [InlineData(7, "perf record of 7 bytes where 16 are left")]
    [InlineData(12, "perf record of 12 bytes where 16 are left")]
    [InlineData(24, "perf record of 24 bytes where 16 are left")]
    [InlineData(65535, "perf record of 65535 bytes where 16 are left")]
    public void ARecordOfAnImpossibleSizeIsDamage(int size, string message)
    {
        using var ring = new KernelPerfRing(64);
        ring.Sample("good"u8);
        ring.Write(9, Bytes(8, 1), size);
        var records = new RecordList();
        var damage = Assert.Throws<InvalidDataException>(() => ring.Reader.Drain(ref records, 10));
        Assert.Equal(message, damage.Message);
        Assert.Single(records.Taken);
        Assert.Equal(80UL, ring.Tail);
    }

    [Fact]
    public void MorePendingThanTheRingHoldsIsDamage()
    {
        using var ring = new KernelPerfRing(8);
        ring.Head = 4096 + 16;
        var damage = Assert.Throws<InvalidDataException>(() => ring.Drain());
        Assert.Equal("perf ring of 4096 bytes with 4104 pending at 8", damage.Message);
    }

    [Fact]
    public void TheLimitIsOfSamples()
    {
        using var ring = new KernelPerfRing();
        ring.Lost(1);
        byte[] first = ring.Sample([1]);
        ring.Lost(1);
        byte[] second = ring.Sample([2]);
        byte[] third = ring.Sample([3]);
        Assert.Empty(ring.Drain(0));
        Assert.Equal([first], ring.Drain(1));
        Assert.Equal(40UL, ring.Tail);
        Assert.Equal([second, third], ring.Drain(2));
        Assert.Equal(2, ring.Reader.ReportedLost);
    }

    [Fact]
    public void WhatQuietCpusLeaveOfTheLimitIsTheBusyOnes()
    {
        using KernelPerfRing quiet = new(), busy = new(), another = new();
        for (int i = 0; i < 100; i++)
            busy.Sample([(byte)i]);
        quiet.Sample([200]);
        another.Sample([201]);
        // A third of the limit is each one's; that of the quiet ones is not needed.
        Assert.Equal([200, .. Enumerable.Range(0, 10), 201, .. Enumerable.Range(10, 18)], First(30));
        Assert.Equal(Enumerable.Range(28, 72), First(100));
        Assert.Empty(First(100));

        for (int i = 0; i < 100; i++)
        {
            busy.Sample([1]);
            another.Sample([2]);
        }
        List<int> both = First(30);
        Assert.Equal((20, 10), (both.Count(one => one == 1), both.Count(one => one == 2)));

        List<int> First(int limit)
        {
            var records = new RecordList();
            Assert.Equal(PerfRingReader.Drain([quiet.Reader, busy.Reader, another.Reader], ref records, limit), records.Taken.Count);
            return [.. records.Taken.Select(record => (int)record[0])];
        }
    }

    [Fact]
    public void TheTailIsPublishedWhenTheHandlerThrows()
    {
        using var ring = new KernelPerfRing();
        ring.Sample([1]);
        ring.Sample([2]);
        byte[] third = ring.Sample([3]);
        int calls = 0;
        var handler = new RecordAction((_, _) =>
        {
            if (++calls == 2)
                throw new InvalidOperationException("enough");
        });
        Assert.Throws<InvalidOperationException>(() => ring.Reader.Drain(ref handler, 10));
        Assert.Equal(32UL, ring.Tail);
        Assert.Equal([third], ring.Drain());
    }

    [Fact]
    public void RandomMemoryGivesRecordsWithinTheDataOrDamage()
    {
        using var ring = new KernelPerfRing();
        int damaged = 0, handed = 0;
        for (int seed = 0; seed < 5000; seed++)
        {
            var random = new Random(seed);
            random.NextBytes(new Span<byte>(ring.Data, ring.Size));
            for (int at = 0; at < ring.Size && seed % 2 == 0; at += 8)
            {
                *(uint*)(ring.Data + at) = random.Next(4) switch { 0 => 2u, 1 => (uint)random.Next(), _ => 9u };
                *(ushort*)(ring.Data + at + 6) = (ushort)(random.Next(400) == 0 ? random.Next(65536) : random.Next(1, 9) * 8);
            }
            ring.Tail = (ulong)random.NextInt64() << 1;
            if (random.Next(8) != 0)
                ring.Tail &= ~7UL;
            ring.Head = random.Next(4) == 0 ? (ulong)random.NextInt64() : ring.Tail + (ulong)random.Next(2 * ring.Size);
            var handler = new RecordAction((_, length) =>
            {
                handed++;
                if (length > ring.Size)
                    Assert.Fail($"seed {seed}: {length} bytes");
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
        using var ring = new KernelPerfRing();
        byte[] body = [.. BitConverter.GetBytes(300), .. Bytes(300, 1)];
        var sum = new RecordSum();
        long allocated = 0;
        void Run(int rounds)
        {
            for (int i = 0; i < rounds; i++)
            {
                for (int j = 0; j < 10; j++)
                    ring.Write(9, body);
                long before = GC.GetAllocatedBytesForCurrentThread();
                ring.Reader.Drain(ref sum, 256);
                allocated += GC.GetAllocatedBytesForCurrentThread() - before;
            }
        }
        Run(20);
        allocated = 0;
        Run(1000);
        Assert.Equal(0, allocated);
        Assert.Equal(10_200, sum.Count);
    }
}
