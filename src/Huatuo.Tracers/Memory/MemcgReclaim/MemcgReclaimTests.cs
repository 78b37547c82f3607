using System.Globalization;
using Huatuo.Bpf.Abi;
using Huatuo.Flow.Metrics.Kernel;
using Huatuo.Tracers.Tests;

namespace Huatuo.Tracers.Memory.MemcgReclaim;

/// <summary>Counters to metrics, without a kernel.</summary>
public sealed class MemcgReclaimTests
{
    [Fact]
    public void Counters_become_metrics()
    {
        var stalls = new Histogram { SumNs = 1_250_000_000 };
        stalls.Counts[192] = 1;
        stalls.Counts[100] = 2;
        var containers = new ContainerCounters<MemcgCounters>(id => $"c{id}");
        containers.Update([7, 8], [new MemcgCounters { Stalls = 2, StalledNs = 250_000_000, ReclaimedPages = 64 }, new MemcgCounters { Stalls = 1, StalledNs = 1_000_000_000 }]);
        var page = new MetricPage(new MemcgReclaimTracer());
        MemcgReclaimMetrics.Write(page, stalls, [], containers.Rows);
        Assert.Equal(
            string.Create(CultureInfo.InvariantCulture, $$"""
            huatuo_memcg_reclaim_seconds[-92] 2
            huatuo_memcg_reclaim_seconds[0] 1
            huatuo_memcg_reclaim_seconds_count 3
            huatuo_memcg_reclaim_seconds_sum 1.25
            huatuo_memcg_reclaim_container_stalls_total{container_id="c7"} 2
            huatuo_memcg_reclaim_container_stalls_total{container_id="c8"} 1
            huatuo_memcg_reclaim_container_seconds_total{container_id="c7"} 0.25
            huatuo_memcg_reclaim_container_seconds_total{container_id="c8"} 1
            huatuo_memcg_reclaim_container_reclaimed_bytes_total{container_id="c7"} {{64 * Environment.SystemPageSize}}
            huatuo_memcg_reclaim_container_reclaimed_bytes_total{container_id="c8"} 0

            """),
            page.Text);
    }
}
