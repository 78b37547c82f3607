namespace Huatuo.Flow.Metrics;

/// <summary>A family of metrics as it is declared before it is written, for the page and for the reference.</summary>
/// <param name="Name">The whole name with its unit; a counter ends in <c>_total</c>, an info in <c>_info</c>.</param>
/// <param name="Kind">What its samples are.</param>
/// <param name="Help">One sentence without a line break.</param>
/// <param name="Labels">Names of its labels, in the order in which samples give them.</param>
public sealed record MetricFamily(string Name, MetricKind Kind, string Help, params IReadOnlyList<string> Labels)
{
    /// <summary>What text formats show of a histogram at most.</summary>
    public const int MaxBounds = 16;

    /// <summary>
    /// Of a histogram, the buckets whose upper bounds become <c>le</c> in text formats, by index, growing, at most
    /// <see cref="MaxBounds"/>; powers of four from 1 µs to 256 s unless said otherwise.
    /// </summary>
    public IReadOnlyList<int> Bounds { get; init; } = [.. Enumerable.Range(0, 15).Select(step => (step * 2 - 20) * 8)];
}
