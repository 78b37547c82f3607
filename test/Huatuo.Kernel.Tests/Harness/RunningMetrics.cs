using System.Diagnostics;
using Huatuo.Flow.Tracing;
using Huatuo.Tracers.Tests;

namespace Huatuo.Kernel.Tests.Harness;

/// <summary>Metric tracers as the page reads them.</summary>
internal static class RunningMetrics
{
    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(2);

    /// <summary>The metrics that a tracer gives now.</summary>
    internal static MetricPage Scrape(this RunningTracer tracer)
    {
        var page = new MetricPage((MetricTracerDefinition)tracer.Runner.Definition);
        tracer.Runner.WriteMetrics(page);
        return page;
    }

    /// <summary>Looks at the metrics again and again until something holds; fails the test when it never does.</summary>
    internal static async Task<MetricPage> UntilAsync(this RunningTracer tracer, Func<MetricPage, bool> holds, string what)
    {
        var waited = Stopwatch.StartNew();
        while (true)
        {
            MetricPage page = tracer.Scrape();
            if (holds(page))
                return page;
            Assert.True(waited.Elapsed < s_patience, $"{what} within {s_patience}:\n{page.Text}");
            await Task.Delay(20, TestContext.Current.CancellationToken);
        }
    }
}
