using Huatuo.Bpf.Abi;
using Huatuo.Tracers.Tests;

namespace Huatuo.Tracers.Scheduling.LockContention;

/// <summary>Counters to metrics, without a kernel.</summary>
public sealed class LockContentionTests
{
    [Fact]
    public void Counters_become_metrics_of_the_kinds_that_were_waited_for()
    {
        var kinds = new Histogram[Enum.GetValues<LockKind>().Length];
        kinds[(int)LockKind.Mutex].SumNs = 2_000_000_000;
        kinds[(int)LockKind.Mutex].Counts[180] = 4;
        kinds[(int)LockKind.Other].SumNs = 1_000;
        kinds[(int)LockKind.Other].Counts[0] = 1;
        var page = new MetricPage(new LockContentionTracer());
        LockContentionMetrics.Write(page, kinds);
        Assert.Equal(
            """
            huatuo_lock_contention_seconds[-12]{kind="mutex"} 4
            huatuo_lock_contention_seconds_count{kind="mutex"} 4
            huatuo_lock_contention_seconds_sum{kind="mutex"} 2
            huatuo_lock_contention_seconds[zero]{kind="other"} 1
            huatuo_lock_contention_seconds_count{kind="other"} 1
            huatuo_lock_contention_seconds_sum{kind="other"} 1E-06

            """,
            page.Text);
    }
}
