using System.Collections.Concurrent;

namespace Huatuo.Flow.Metrics;

/// <summary>
/// The exemplars of the page's histograms: tracers of events leave them here, tracers of metrics show them. Thread-safe.
/// </summary>
public sealed class Exemplars
{
    private readonly ConcurrentDictionary<string, ExemplarSlots> _families = new(StringComparer.Ordinal);

    /// <summary>Those of one histogram, which has no labels.</summary>
    /// <param name="family">Its name, one of those in the program: they are kept for good.</param>
    public ExemplarSlots Of(string family) => _families.GetOrAdd(family, _ => new ExemplarSlots());
}
