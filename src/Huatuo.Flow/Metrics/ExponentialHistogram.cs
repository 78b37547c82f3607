namespace Huatuo.Flow.Metrics;

/// <summary>
/// A histogram of buckets that grow by the factor 2^(1/8): Prometheus native schema 3 and OTLP exponential scale 3.
/// </summary>
/// <param name="offset">The index of the first count: bucket i holds values in (2^((i-1)/8), 2^(i/8)], in the family's base
/// unit; an index of Prometheus, which is OTLP's plus one.</param>
/// <param name="counts">Counts of buckets that follow each other.</param>
/// <param name="zeroCount">Values from zero to <see cref="ZeroThreshold"/>.</param>
/// <param name="sum">The sum of all values in the base unit.</param>
public readonly ref struct ExponentialHistogram(int offset, ReadOnlySpan<ulong> counts, ulong zeroCount, double sum)
{
    /// <summary>The schema of Prometheus, and the scale of OTLP.</summary>
    public const int Schema = 3;

    /// <summary>The index of the first count.</summary>
    public int Offset { get; } = offset;

    /// <summary>Counts of buckets that follow each other.</summary>
    public ReadOnlySpan<ulong> Counts { get; } = counts;

    /// <summary>Values from zero to <see cref="ZeroThreshold"/>.</summary>
    public ulong ZeroCount { get; } = zeroCount;

    /// <summary>The largest value that counts as zero, in the base unit; below every bucket.</summary>
    public double ZeroThreshold { get; init; }

    /// <summary>The sum of all values in the base unit.</summary>
    public double Sum { get; } = sum;

    /// <summary>Events that stand for some of the values, the smallest first.</summary>
    public ReadOnlySpan<Exemplar> Exemplars { get; init; }

    /// <summary>How many values there are.</summary>
    public ulong Count
    {
        get
        {
            ulong count = ZeroCount;
            foreach (ulong bucket in Counts)
                count += bucket;
            return count;
        }
    }

    /// <summary>The upper bound of a bucket, which belongs to it.</summary>
    /// <param name="index">Its index.</param>
    public static double UpperBound(int index) => Math.Pow(2, index / 8.0);
}
