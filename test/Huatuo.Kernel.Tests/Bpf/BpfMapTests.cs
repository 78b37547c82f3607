using Huatuo.Bpf;
using Huatuo.Bpf.Maps;
using Huatuo.Kernel.Tests.Harness;

namespace Huatuo.Kernel.Tests.Bpf;

public sealed class BpfMapTests
{
    private const uint Entries = 1000;

    [Fact]
    public void A_value_is_set_read_replaced_and_removed()
    {
        using BpfObject loaded = SampleObject.Load();
        BpfMap<uint, ulong> map = loaded.Map<uint, ulong>("numbers");
        Assert.False(map.TryGet(5, out _));
        map.Set(5, 50);
        Assert.True(map.TryGet(5, out ulong value));
        Assert.Equal(50UL, value);
        map.Set(5, ulong.MaxValue);
        Assert.True(map.TryGet(5, out value));
        Assert.Equal(ulong.MaxValue, value);
        Assert.True(map.Remove(5));
        Assert.False(map.Remove(5));
        Assert.False(map.TryGet(5, out _));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(999)]
    [InlineData(1000)]
    public void A_dump_gives_every_entry_once(int entries)
    {
        using BpfObject loaded = SampleObject.Load();
        BpfMap<uint, ulong> map = loaded.Map<uint, ulong>("numbers");
        for (uint i = 0; i < entries; i++)
            map.Set(i, i * 3UL);
        uint[] keys = new uint[Entries + 24];
        ulong[] values = new ulong[Entries + 24];
        Assert.Equal(entries, map.Dump(keys, values));
        Assert.Equal(Enumerable.Range(0, entries).Select(i => (uint)i), keys.Take(entries).Order());
        Assert.All(Enumerable.Range(0, entries), i => Assert.Equal(keys[i] * 3UL, values[i]));
    }

    [Fact]
    public void A_map_without_batches_is_dumped_key_by_key()
    {
        using BpfObject loaded = SampleObject.Load();
        BpfMap<ulong, uint> map = loaded.Map<ulong, uint>("prefixes");
        // The low half is the length of the prefix, the high half the prefix itself.
        ulong[] keys = [32 | 1UL << 32, 32 | 2UL << 32, 32 | 3UL << 32];
        foreach (ulong key in keys)
            map.Set(key, (uint)(key >> 32));
        ulong[] dumped = new ulong[8];
        uint[] values = new uint[8];
        Assert.Equal(3, map.Dump(dumped, values));
        Assert.Equal(keys, dumped.Take(3).Order());
        Assert.All(Enumerable.Range(0, 3), i => Assert.Equal((uint)(dumped[i] >> 32), values[i]));
    }

    [Theory]
    [InlineData(0, 8192)]
    [InlineData(1, 8192)]
    [InlineData(1000, 8192)]
    [InlineData(1000, 400)]
    [InlineData(1000, 1)]
    public void A_map_is_drained_of_every_entry_once(int entries, int batchBytes)
    {
        using BpfObject loaded = SampleObject.Load();
        BpfMap<uint, ulong> map = loaded.Map<uint, ulong>("numbers");
        DrainedMap<uint, ulong> drained = map.Drained(batchBytes);
        for (int round = 0; round < 2; round++)
        {
            for (uint i = 0; i < entries; i++)
                map.Set(i, i * 3UL);
            List<uint> keys = [];
            drained.Drain((uint key, in ulong value) =>
            {
                Assert.Equal(key * 3UL, value);
                keys.Add(key);
            });
            Assert.Equal(Enumerable.Range(0, entries).Select(i => (uint)i), keys.Order());
            Assert.Equal(0, map.Dump(new uint[Entries], new ulong[Entries]));
        }
    }

    [Fact]
    public void A_map_without_batches_is_drained_key_by_key()
    {
        using BpfObject loaded = SampleObject.Load();
        BpfMap<ulong, uint> map = loaded.Map<ulong, uint>("prefixes");
        ulong[] keys = [32 | 1UL << 32, 32 | 2UL << 32, 32 | 3UL << 32];
        foreach (ulong key in keys)
            map.Set(key, (uint)(key >> 32));
        List<(ulong Key, uint Value)> taken = [];
        map.Drained().Drain((ulong key, in uint value) => taken.Add((key, value)));
        Assert.Equal(keys.Select(key => (key, (uint)(key >> 32))), taken.Order());
        Assert.Equal(0, map.Dump(new ulong[8], new uint[8]));
    }

    [Fact]
    public void A_full_map_says_so()
    {
        using BpfObject loaded = SampleObject.Load();
        BpfMap<uint, ulong> map = loaded.Map<uint, ulong>("numbers");
        for (uint i = 0; i < Entries; i++)
            map.Set(i, i);
        BpfException full = Assert.Throws<BpfException>(() => map.Set(Entries, 0));
        Assert.Equal((7, "sample.numbers"), (full.Errno, full.Subject));
        Assert.Contains("write", full.Message, StringComparison.Ordinal);
        Assert.Contains("sample.numbers", full.Message, StringComparison.Ordinal);
        Assert.Contains("E2BIG (argument list too long)", full.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Sizes_and_names_that_are_not_the_kernels_are_refused()
    {
        using BpfObject loaded = SampleObject.Load();
        Assert.Contains("sample.numbers", Assert.Throws<ArgumentException>(() => loaded.Map<ulong, ulong>("numbers")).Message, StringComparison.Ordinal);
        Assert.Contains("sample has no map 'absent'", Assert.Throws<ArgumentException>(() => loaded.Map<uint, ulong>("absent")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_per_cpu_map_holds_what_the_program_wrote_on_each_cpu()
    {
        using BpfObject loaded = SampleObject.Load();
        using (loaded.Attach("counts"))
            for (int cpu = 0; cpu < Environment.ProcessorCount; cpu++)
                await PinnedThread.Run(cpu, Native.gettid);
        BpfPerCpuMap<uint, PerCpu> map = loaded.PerCpuMap<uint, PerCpu>("per_cpu");
        var values = new PerCpu[PossibleCpus.Count];
        Assert.True(map.TryGet(1, values));
        for (int cpu = 0; cpu < Environment.ProcessorCount; cpu++)
            Assert.Equal(new PerCpu(42, (uint)cpu + 1, 3), values[cpu]);
        Assert.True(map.TryGet(0, values));
        Assert.All(values, value => Assert.Equal(default, value));
        Assert.False(map.TryGet(2, values));
        Assert.Throws<ArgumentOutOfRangeException>(() => map.TryGet(1, new PerCpu[PossibleCpus.Count - 1]));
    }

    private readonly record struct PerCpu(uint Hits, uint Cpu, uint Odd);
}
