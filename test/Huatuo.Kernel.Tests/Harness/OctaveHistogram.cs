using System.Globalization;
using System.Text.Json;
using Huatuo.Tracers.Tests;

namespace Huatuo.Kernel.Tests.Harness;

/// <summary>How many durations there were up to each power of two of a second.</summary>
internal sealed class OctaveHistogram
{
    private const int Smallest = -30;

    /// <summary>The largest exponent; what is longer is there.</summary>
    internal const int Largest = 9;

    private readonly double[] _counts = new double[Largest - Smallest + 1];

    /// <summary>How many.</summary>
    internal double Count => _counts.Sum();

    /// <summary>A histogram of bpftrace over <c>(nanoseconds * 1125900) >> 20</c>, which is in units of 2^-30 s.</summary>
    internal static OctaveHistogram Of(JsonElement buckets)
    {
        var octaves = new OctaveHistogram();
        foreach (JsonElement bucket in buckets.EnumerateArray())
        {
            long max = bucket.GetProperty("max").GetInt64();
            octaves.Add(max <= 0 ? Smallest : (int)Math.Log2(max + 1) + Smallest, bucket.GetProperty("count").GetInt64());
        }
        return octaves;
    }

    /// <summary>What was added to a histogram of a page.</summary>
    internal static OctaveHistogram Of(MetricPage begin, MetricPage end, string family, string labels = "")
    {
        const int perOctave = 8;
        var octaves = new OctaveHistogram();
        foreach ((string sample, double value) in end.Samples)
            if (sample.StartsWith(family + "[", StringComparison.Ordinal) && sample.EndsWith("]" + labels, StringComparison.Ordinal))
            {
                string index = sample[(family.Length + 1)..sample.IndexOf(']', StringComparison.Ordinal)];
                octaves.Add(index == "zero" ? Smallest : (int)Math.Ceiling(int.Parse(index, CultureInfo.InvariantCulture) / (double)perOctave), value - begin[sample]);
            }
        return octaves;
    }

    /// <summary>The share of durations up to a power of two.</summary>
    internal double ShareTo(int exponent) => _counts[..(Math.Clamp(exponent, Smallest, Largest) - Smallest + 1)].Sum() / Count;

    /// <summary>How many were longer.</summary>
    internal double Above(int exponent) => _counts[(exponent - Smallest + 1)..].Sum();

    public override string ToString() => string.Join(' ', _counts.Select((count, i) => (count, i)).Where(pair => pair.count > 0).Select(pair => $"<=2^{pair.i + Smallest}:{pair.count}"));

    private void Add(int exponent, double count) => _counts[Math.Clamp(exponent, Smallest, Largest) - Smallest] += count;
}
