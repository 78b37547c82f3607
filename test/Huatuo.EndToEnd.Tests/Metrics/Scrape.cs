namespace Huatuo.EndToEnd.Tests.Metrics;

/// <summary>One scrape.</summary>
/// <param name="Samples">In the order of the page.</param>
/// <param name="Types">The kind of each family by name.</param>
internal sealed record Scrape(IReadOnlyList<Sample> Samples, IReadOnlyDictionary<string, string> Types)
{
    /// <summary>The sum over all series of a metric that have these labels; 0 when there is none.</summary>
    public long Sum(string name, params (string Label, string Value)[] labels) =>
        (long)Samples.Where(sample => sample.Name == name && labels.All(label => sample.Labels.GetValueOrDefault(label.Label) == label.Value)).Sum(sample => sample.Value);

    /// <summary>The same without the series of other tracers.</summary>
    public Scrape Of(string tracer) =>
        this with { Samples = [.. Samples.Where(sample => sample.Labels.GetValueOrDefault("tracer", tracer) == tracer)] };

    // What the kernel counts goes with its container or device, and a few of its counters fall now and then.
    private static readonly string[] s_own = ["huatuo_events_", "huatuo_tracer_", "huatuo_bpf_", "huatuo_scrape_", "huatuo_http_", "process_", "dotnet_"];

    /// <summary>Series of counters of the agent's own that are smaller than before or gone, in words.</summary>
    public IEnumerable<string> CountersBelow(Scrape before)
    {
        var now = Samples.ToDictionary(sample => sample.Series, sample => sample.Value);
        foreach (Sample old in before.Samples.Where(sample => before.Types.GetValueOrDefault(sample.Name) == "counter" && s_own.Any(sample.Name.StartsWith)))
        {
            if (!now.TryGetValue(old.Series, out double value))
                yield return $"{old.Series} is gone";
            else if (value < old.Value)
                yield return $"{old.Series} fell from {old.Value} to {value}";
        }
    }
}
