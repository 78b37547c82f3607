using Huatuo.AutoTracing.AutotraceTrigger;
using Huatuo.Docs.Tests.Sections;
using Huatuo.Flow.Metrics;

namespace Huatuo.Docs.Tests;

/// <summary>Conditions of triggers, on each metric of the reference.</summary>
public sealed class ConditionsTests
{
    [Fact]
    public void Every_metric_of_the_page_can_be_in_a_condition()
    {
        string[] metrics = [.. MetricTables.All.Values.SelectMany(families => families).Select(family => family.Kind == MetricKind.Histogram ? family.Name + "_count" : family.Name)];
        Assert.Contains("huatuo_http_requests_total", metrics);
        Assert.Contains("huatuo_bpf_map_bytes", metrics);
        Assert.Contains("huatuo_profiling_cost_ratio", metrics);
        Assert.Empty(metrics.Select(KnownMetrics.Wrong).OfType<string>());
        Assert.NotNull(KnownMetrics.Wrong("huatuo_htp_requests_total"));
    }
}
