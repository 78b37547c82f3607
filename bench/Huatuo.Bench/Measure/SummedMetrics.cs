using Huatuo.Flow.Metrics;

namespace Huatuo.Bench.Measure;

/// <summary>What a source tells, each metric summed over its series, and as <c>METRIC/VALUE</c> over those with that value of a label.</summary>
internal sealed class SummedMetrics : MetricWriter
{
    private readonly Dictionary<string, double> _sums = [];
    private string _family = "";

    private SummedMetrics()
    {
    }

    internal double this[string metric] => _sums.GetValueOrDefault(metric);

    internal static SummedMetrics Of(IMetricSource source)
    {
        var read = new SummedMetrics();
        source.Write(read);
        return read;
    }

    public override void Family(string name, MetricKind kind, string help) => _family = name;

    public override void Sample(double value, params ReadOnlySpan<Label> labels)
    {
        Add(_family, value);
        foreach (Label label in labels)
            Add($"{_family}/{label.Value}", value);
    }

    public override void Histogram(in ExponentialHistogram value, params ReadOnlySpan<Label> labels)
    {
    }

    private void Add(string series, double value) => _sums[series] = _sums.GetValueOrDefault(series) + value;
}
