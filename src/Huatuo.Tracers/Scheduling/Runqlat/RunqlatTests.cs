using Huatuo.Flow.Metrics.Kernel;
using Huatuo.Tracers.Tests;

namespace Huatuo.Tracers.Scheduling.Runqlat;

/// <summary>Counters to metrics, without a kernel.</summary>
public sealed class RunqlatTests
{
    [Fact]
    public void Counters_become_metrics()
    {
        var host = default(RunqlatHost);
        host.Waits.SumNs = 1_500_000_000;
        host.Waits.Counts[0] = 1;
        host.Waits.Counts[192] = 2;
        host.Waits.Counts[257] = 3;
        host.Counters = Counters(7);
        var containers = new ContainerCounters<RunqlatCounters>(id => id == 5 ? "c5" : null);
        containers.Update([0, 4, 5], [Counters(100), Counters(200), Counters(300)]);
        var page = new MetricPage(new RunqlatTracer());
        RunqlatMetrics.Write(page, host, [], containers.Rows);
        Assert.Equal(
            """
            huatuo_runqlat_seconds[zero] 1
            huatuo_runqlat_seconds[0] 2
            huatuo_runqlat_seconds[65] 3
            huatuo_runqlat_seconds_count 6
            huatuo_runqlat_seconds_sum 1.5
            huatuo_runqlat_zone_total{zone="<10ms"} 8
            huatuo_runqlat_zone_total{zone="10-20ms"} 9
            huatuo_runqlat_zone_total{zone="20-50ms"} 10
            huatuo_runqlat_zone_total{zone=">=50ms"} 11
            huatuo_runqlat_switches_total{kind="voluntary"} 13
            huatuo_runqlat_switches_total{kind="involuntary"} 14
            huatuo_runqlat_container_wait_seconds_total{container_id="other"} 0.105
            huatuo_runqlat_container_wait_seconds_total{container_id="c5"} 0.305
            huatuo_runqlat_container_zone_total{container_id="other",zone="<10ms"} 101
            huatuo_runqlat_container_zone_total{container_id="other",zone="10-20ms"} 102
            huatuo_runqlat_container_zone_total{container_id="other",zone="20-50ms"} 103
            huatuo_runqlat_container_zone_total{container_id="other",zone=">=50ms"} 104
            huatuo_runqlat_container_zone_total{container_id="c5",zone="<10ms"} 301
            huatuo_runqlat_container_zone_total{container_id="c5",zone="10-20ms"} 302
            huatuo_runqlat_container_zone_total{container_id="c5",zone="20-50ms"} 303
            huatuo_runqlat_container_zone_total{container_id="c5",zone=">=50ms"} 304
            huatuo_runqlat_container_switches_total{container_id="other",kind="voluntary"} 106
            huatuo_runqlat_container_switches_total{container_id="other",kind="involuntary"} 107
            huatuo_runqlat_container_switches_total{container_id="c5",kind="voluntary"} 306
            huatuo_runqlat_container_switches_total{container_id="c5",kind="involuntary"} 307

            """,
            page.Text);
    }

    private static RunqlatCounters Counters(ulong from)
    {
        var counters = default(RunqlatCounters);
        for (int zone = 0; zone < 4; zone++)
            counters.Zones[zone] = from + (ulong)zone + 1;
        (counters.WaitedNs, counters.Voluntary, counters.Involuntary) = ((from + 5) * 1_000_000, from + 6, from + 7);
        return counters;
    }
}
