using Huatuo.Flow.Metrics;

namespace Huatuo.Bench.Measure;

/// <summary>What a source tells, each metric summed over its series.</summary>
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

    public override void Sample(double value, params ReadOnlySpan<Label> labels) => _sums[_family] = _sums.GetValueOrDefault(_family) + value;

    public override void Histogram(in ExponentialHistogram value, params ReadOnlySpan<Label> labels)
    {
    }
}
