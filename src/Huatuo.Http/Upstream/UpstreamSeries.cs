using Huatuo.Flow.Metrics;

namespace Huatuo.Http.Upstream;

/// <summary>The samples of one scrape under upstream's names; equal ones are summed.</summary>
internal sealed class UpstreamSeries
{
    private readonly SortedDictionary<string, Family> _families = new(StringComparer.Ordinal);
    private readonly List<(Family Family, string Key, double Value, Label[] Labels)> _pending = [];

    /// <summary>Adds to a sample, for as long as <see cref="Discard"/> does not take it back.</summary>
    public void Add(string name, MetricKind kind, double value, Label[] labels)
    {
        if (!_families.TryGetValue(name, out Family? family))
            _families[name] = family = new Family(kind);
        _pending.Add((family, string.Join('\0', labels.Select(label => label.Value)), value, labels));
    }

    /// <summary>Takes back what was added since <see cref="Keep"/>.</summary>
    public void Discard() => _pending.Clear();

    /// <summary>Keeps what was added.</summary>
    public void Keep()
    {
        foreach ((Family family, string key, double value, Label[] labels) in _pending)
            family.Samples[key] = (labels, family.Samples.TryGetValue(key, out var known) ? known.Value + value : value);
        _pending.Clear();
    }

    /// <summary>Writes them all and forgets them.</summary>
    /// <param name="write">Called for each family, by name; without samples not at all.</param>
    public void Take(Action<string, MetricKind, IEnumerable<(Label[] Labels, double Value)>> write)
    {
        Keep();
        foreach ((string name, Family family) in _families)
            if (family.Samples.Count > 0)
                write(name, family.Kind, family.Samples.Values);
        _families.Clear();
    }

    private sealed class Family(MetricKind kind)
    {
        internal MetricKind Kind { get; } = kind;

        internal Dictionary<string, (Label[] Labels, double Value)> Samples { get; } = [];
    }
}
