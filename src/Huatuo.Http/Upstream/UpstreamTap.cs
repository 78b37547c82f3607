using Huatuo.Flow.Metrics;

namespace Huatuo.Http.Upstream;

/// <summary>Stands before the page and shows each sample to <see cref="UpstreamNames"/> as well.</summary>
/// <param name="page">The page.</param>
/// <param name="names">Who looks.</param>
internal sealed class UpstreamTap(MetricWriter page, UpstreamNames names) : MetricWriter
{
    private string _family = "";
    private UpstreamRule[] _rules = [];

    /// <inheritdoc/>
    public override void Family(string name, MetricKind kind, string help)
    {
        page.Family(name, kind, help);
        (_family, _rules) = (name, [.. UpstreamNames.RulesOf(name)]);
    }

    /// <inheritdoc/>
    public override void Family(MetricFamily family)
    {
        page.Family(family);
        (_family, _rules) = (family.Name, [.. UpstreamNames.RulesOf(family.Name)]);
    }

    /// <inheritdoc/>
    public override void Sample(double value, params ReadOnlySpan<Label> labels)
    {
        page.Sample(value, labels);
        names.See(_family, _rules, value, labels);
    }

    /// <inheritdoc/>
    public override void Sample(long value, params ReadOnlySpan<Label> labels)
    {
        page.Sample(value, labels);
        names.See(_family, _rules, value, labels);
    }

    /// <inheritdoc/>
    public override void Sample(ulong value, params ReadOnlySpan<Label> labels)
    {
        page.Sample(value, labels);
        names.See(_family, _rules, value, labels);
    }

    /// <inheritdoc/>
    public override void Histogram(in ExponentialHistogram value, params ReadOnlySpan<Label> labels)
    {
        page.Histogram(in value, labels);
        names.See(_family, _rules, value.Sum, labels);
    }
}
