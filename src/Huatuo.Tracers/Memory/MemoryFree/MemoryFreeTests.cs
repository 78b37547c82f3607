using Huatuo.Bpf.Abi;
using Huatuo.Tracers.Tests;

namespace Huatuo.Tracers.Memory.MemoryFree;

/// <summary>Counters to metrics, without a kernel.</summary>
public sealed class MemoryFreeTests
{
    [Fact]
    public void Counters_become_metrics()
    {
        var stalls = new Histogram[2];
        stalls[0].SumNs = 2_000_000_000;
        stalls[0].Counts[190] = 3;
        stalls[1].SumNs = 500_000;
        stalls[1].Counts[100] = 1;
        var page = new MetricPage(new MemoryFreeTracer());
        MemoryFreeMetrics.Write(page, stalls, []);
        Assert.Equal(
            """
            huatuo_memory_free_reclaim_seconds[-2] 3
            huatuo_memory_free_reclaim_seconds_count 3
            huatuo_memory_free_reclaim_seconds_sum 2
            huatuo_memory_free_compaction_seconds[-92] 1
            huatuo_memory_free_compaction_seconds_count 1
            huatuo_memory_free_compaction_seconds_sum 0.0005

            """,
            page.Text);
    }
}
