namespace Huatuo.EndToEnd.Tests.Metrics;

/// <summary>One line of a scrape.</summary>
/// <param name="Name">The metric with its suffix.</param>
/// <param name="Labels">Its labels.</param>
/// <param name="Value">Its value.</param>
internal sealed record Sample(string Name, IReadOnlyDictionary<string, string> Labels, double Value)
{
    /// <summary>Name and labels: what stays the same from scrape to scrape.</summary>
    public string Series => $"{Name}{{{string.Join(',', Labels.OrderBy(label => label.Key, StringComparer.Ordinal).Select(label => $"{label.Key}={label.Value}"))}}}";
}
