using Huatuo.Flow.Metrics;

namespace Huatuo.Http.Upstream;

/// <summary>How samples of one family of the page become samples under upstream's names.</summary>
/// <param name="From">The family of the page; of a histogram, its sum.</param>
/// <param name="To">Upstream's name after its prefix, in which <c>{label}</c> stands for the value of a label.</param>
/// <param name="Kind">Upstream's type.</param>
internal sealed record UpstreamRule(string From, string To, MetricKind Kind)
{
    /// <summary>What values are multiplied by, for upstream's units.</summary>
    public double Scale { get; init; } = 1;

    /// <summary>Labels that are kept, with upstream's names for them.</summary>
    public IReadOnlyList<(string From, string To)> Labels { get; init; } = [];

    /// <summary>Only samples whose label has one of these values; null for all.</summary>
    public (string Label, string[] Values)? Only { get; init; }

    /// <summary>The values of the label <c>zone</c> that upstream numbers from 0; others are left out. Empty: no zones.</summary>
    public IReadOnlyList<string> Zones { get; init; } = [];
}
