namespace Huatuo.Flow.Metrics;

/// <summary>
/// Writes the families it owns at every scrape. Called by one scrape at a time; when it throws, everything it wrote to
/// that scrape is taken back and the failure is counted under its <see cref="Name"/>.
/// </summary>
public interface IMetricSource
{
    /// <summary>The value of the label <c>source</c> in the metrics about the scrape itself.</summary>
    string Name => GetType().Name;

    /// <summary>How many lines of the kernel's files were no such lines, and were skipped, so far; null when it reads none.</summary>
    long? SkippedLines => null;

    /// <summary>Writes whole families; must not block on anything slower than a BPF map or a /proc file.</summary>
    /// <param name="writer">The scrape being written.</param>
    void Write(MetricWriter writer);
}
