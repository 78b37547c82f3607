using Huatuo.Bpf.Abi;

namespace Huatuo.Flow.Metrics.Kernel;

/// <summary>Histograms of durations that BPF programs keep (<c>histogram.h</c>), in seconds.</summary>
public static class KernelHistogram
{
    // HISTOGRAM_FIRST of histogram.h.
    private const int FirstIndex = -191;

    /// <summary>What was counted, as a view of it. What is longer than 2^8 s is in a last bucket of its own.</summary>
    /// <param name="counted">The kernel's counts, summed over the CPUs.</param>
    /// <param name="exemplars">Events that stand for some of them.</param>
    public static ExponentialHistogram View(in Histogram counted, ReadOnlySpan<Exemplar> exemplars = default)
    {
        ReadOnlySpan<ulong> counts = counted.Counts;
        return new ExponentialHistogram(FirstIndex, counts[1..], counts[0], counted.SumNs / 1e9)
        {
            ZeroThreshold = ExponentialHistogram.UpperBound(FirstIndex - 1),
            Exemplars = exemplars,
        };
    }
}
