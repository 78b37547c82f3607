using System.Reflection;
using Huatuo.Bpf;
using Huatuo.Bpf.Abi;
using Huatuo.Bpf.Maps;
using Huatuo.Flow.Metrics;
using Huatuo.Flow.Metrics.Kernel;
using Huatuo.Kernel.Tests.Harness;

namespace Huatuo.Kernel.Tests.Bpf;

/// <summary>The programs' buckets against logarithms.</summary>
public sealed class HistogramTests : IDisposable
{
    private const int First = -191, Buckets = 256;

    // Durations are rounded by 8e-8 of themselves, and by 2^-50 s: so near to a bound, in buckets, either side is right.
    private static double Either(ulong ns) => (8.5e-8 + 1.0 / (ns * 1125899.9)) * 8 / Math.Log(2);

    private readonly BpfObject _object;
    private readonly HistogramBpf _bpf;
    private readonly int _program;

    public HistogramTests()
    {
        using var image = (UnmanagedMemoryStream)Assembly.GetExecutingAssembly().GetManifestResourceStream(HistogramBpf.ObjectName)!;
        _object = BpfObject.Open("histogram", image);
        _object.Load();
        _bpf = new HistogramBpf(_object);
        _program = _object.LoadedPrograms().Single().Fd;
    }

    public void Dispose() => _object.Dispose();

    [Fact]
    public void Every_duration_is_in_the_bucket_of_its_logarithm()
    {
        var random = new Random(1);
        var durations = new SortedSet<ulong> { 0, 1, 59, 60, 1UL << 43, (1UL << 43) + 1, ulong.MaxValue };
        for (int index = First - 1; index <= First + Buckets; index++)
            for (long off = -2; off <= 2; off++)
                durations.Add((ulong)((long)(ExponentialHistogram.UpperBound(index) * 1e9) + off));
        while (durations.Count < 20_000)
            durations.Add((ulong)Math.Pow(2, random.NextDouble() * 64));
        HashSet<int> met = [];
        foreach (ulong ns in durations)
        {
            int slot = Slot(ns);
            met.Add(slot);
            double place = 8 * Math.Log2(ns / 1e9) - First + 1;
            if (place > Buckets + 1 - Either(ns) || place < Either(ns))
                Assert.Contains(slot, place < 1 ? [0] : new[] { Buckets, Buckets + 1 });
            else
                Assert.True(slot >= place - Either(ns) && slot - 1 <= place + Either(ns), $"{ns} ns: bucket {slot}, not {place:R}");
        }
        Assert.Equal(Enumerable.Range(0, Buckets + 2), met.Order());
    }

    [Fact]
    public void What_is_added_is_counted_with_its_sum()
    {
        ulong[] durations = [10, 1_000, 1_000, 953_674, 10_000_000, 999_000_000, 1UL << 43];
        foreach (ulong ns in durations)
            Slot(ns);
        CounterMap<uint, Histogram> sums = _bpf.Sums.Counters();
        sums.Read();
        Assert.Equal([0u], sums.Keys.ToArray());
        ExponentialHistogram view = KernelHistogram.View(sums.Sums[0]);
        Assert.Equal((ulong)durations.Length, view.Count);
        Assert.Equal(durations.Sum(ns => (double)ns) / 1e9, view.Sum, 9);
        Assert.Equal(1UL, view.ZeroCount);
        Assert.Equal(1UL, view.Counts[^1]);
        Assert.Equal(1UL, view.Counts[0 - view.Offset]);
        Assert.Equal(2UL, view.Counts[(int)Math.Ceiling(8 * Math.Log2(1e-6)) - view.Offset]);
        Assert.Equal(Math.Pow(2, -24), view.ZeroThreshold);
    }

    private int Slot(ulong ns)
    {
        _bpf.Probe.Set(0, new HistogramProbe { Ns = ns, Slot = ulong.MaxValue });
        BpfIds.Run(_program);
        Assert.True(_bpf.Probe.TryGet(0, out HistogramProbe asked));
        return (int)asked.Slot;
    }
}
