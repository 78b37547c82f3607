namespace Huatuo.Flow.Metrics;

/// <summary>A tracer's own counters, over all its runs. Thread-safe. Bounded: label values over the bound count as
/// <c>other</c>.</summary>
public sealed class TracerCounters
{
    private const int MaxSeries = 1000;
    private const string Other = "other";
    private readonly Lock _lock = new();
    private readonly Dictionary<string, SortedDictionary<string, Series>> _values;

    /// <param name="families">What is counted.</param>
    public TracerCounters(IReadOnlyList<CounterFamily> families)
    {
        Families = families;
        _values = families.ToDictionary(family => family.Name, _ => new SortedDictionary<string, Series>(StringComparer.Ordinal));
        foreach (CounterFamily family in families.Where(family => family.Labels.Count == 0))
            Add(family, 0);
    }

    /// <summary>What is counted.</summary>
    public IReadOnlyList<CounterFamily> Families { get; }

    /// <summary>Counts.</summary>
    /// <param name="family">One of <see cref="Families"/>.</param>
    /// <param name="count">How many more.</param>
    /// <param name="labels">A value for each label; for those of several devices or containers, any number of distinct ones.</param>
    public void Add(CounterFamily family, long count, params IReadOnlyList<string> labels)
    {
        ArgumentNullException.ThrowIfNull(family);
        if (labels.Count != family.Labels.Count)
            throw new ArgumentException($"{family.Name} has {family.Labels.Count} labels, not {labels.Count}", nameof(labels));
        lock (_lock)
        {
            SortedDictionary<string, Series> series = _values[family.Name];
            string key = string.Join('\0', labels);
            if (!series.ContainsKey(key) && series.Count >= MaxSeries)
            {
                labels = [.. labels.Select(_ => Other)];
                key = string.Join('\0', labels);
            }
            series[key] = series.TryGetValue(key, out Series known) ? known with { Count = known.Count + count } : new Series(labels, count);
        }
    }

    /// <summary>Writes every family.</summary>
    /// <param name="writer">The scrape.</param>
    public void Write(MetricWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        lock (_lock)
            foreach (CounterFamily family in Families)
            {
                writer.Family(family.Name, MetricKind.Counter, family.Help);
                foreach (Series series in _values[family.Name].Values)
                    writer.Sample(series.Count, [.. family.Labels.Zip(series.Labels, (name, value) => new Label(name, value))]);
            }
    }

    private readonly record struct Series(IReadOnlyList<string> Labels, long Count);
}
