namespace Huatuo.Bench.Measure;

/// <summary>Figures of one kind.</summary>
internal sealed class Samples
{
    private readonly List<double> _values = [];

    internal int Count => _values.Count;

    internal double Median => Percentile(50);

    internal double Max => _values.Count == 0 ? double.NaN : _values.Max();

    internal double Sum => _values.Sum();

    internal void Add(double value) => _values.Add(value);

    /// <summary>The smallest value that so many percent of all do not exceed; the median of an even number is the mean of two.</summary>
    internal double Percentile(double percent)
    {
        if (_values.Count == 0)
            return double.NaN;
        double[] sorted = [.. _values.Order()];
        if (percent == 50 && sorted.Length % 2 == 0)
            return (sorted[sorted.Length / 2 - 1] + sorted[sorted.Length / 2]) / 2;
        return sorted[Math.Clamp((int)Math.Ceiling(sorted.Length * percent / 100) - 1, 0, sorted.Length - 1)];
    }
}
