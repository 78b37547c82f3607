using Huatuo.AutoTracing.AutotraceTrigger;
using Huatuo.AutoTracing.Looking;
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
        Assert.Equal("huatuo_events_hitz_total: unknown metric; did you mean 'huatuo_events_hits_total'?", KnownMetrics.Wrong("huatuo_events_hitz_total"));
        Assert.Empty(AgentMetrics.Names.Except(metrics));
    }

    [Fact]
    public void Every_metric_of_the_page_is_read_with_its_labels()
    {
        foreach (RecordedFamily family in MetricTables.All.Values.SelectMany(families => families))
        {
            bool isHistogram = family.Kind == MetricKind.Histogram;
            string series = string.Join(", ", family.Labels.Select(label => $"{label}=\"x\""));
            string when = $"{family.Name}{(isHistogram ? "_count" : "")}{(series.Length > 0 ? $"{{{series}}}" : "")} > 6";
            var state = new TriggerState(new TriggerOptions { Name = "t", When = when }.Read());
            var reader = new TriggerReader([state]);
            Label[] labels = [.. family.Labels.Select(label => new Label(label, "x"))];
            state.Begin();
            reader.Family(family.Name, family.Kind, family.Help);
            if (isHistogram)
                reader.Histogram(new ExponentialHistogram(0, new ulong[1], 7, 1), labels);
            else
                reader.Sample(7, labels);
            List<Held<TriggerHit>> held = [];
            state.End(held, isWhole: true);
            Assert.True(held is [{ Trigger.Value: 7 }], when);
        }
    }
}
