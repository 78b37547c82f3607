using Huatuo.Tracers.Tests;

namespace Huatuo.Tracers.Scheduling.Softirq;

/// <summary>Counters to metrics, without a kernel.</summary>
public sealed class SoftirqTests
{
    [Fact]
    public void Counters_become_metrics_of_the_vectors_that_were_served()
    {
        var vectors = new SoftirqVector[10];
        vectors[3].Latency.Counts[100] = 5;
        vectors[3].Latency.SumNs = 25_000;
        vectors[3].Zones[0] = 4;
        vectors[3].Zones[1] = 1;
        vectors[3].Handler.Counts[110] = 6;
        vectors[3].Handler.SumNs = 2_000_000_000;
        vectors[9].Handler.Counts[1] = 1;
        var page = new MetricPage(new SoftirqTracer());
        SoftirqMetrics.Write(page, vectors);
        Assert.Equal(
            """
            huatuo_softirq_latency_seconds[-92]{vector="NET_RX"} 5
            huatuo_softirq_latency_seconds_count{vector="NET_RX"} 5
            huatuo_softirq_latency_seconds_sum{vector="NET_RX"} 2.5E-05
            huatuo_softirq_latency_seconds_count{vector="RCU"} 0
            huatuo_softirq_latency_seconds_sum{vector="RCU"} 0
            huatuo_softirq_zone_total{vector="NET_RX",zone="<10us"} 4
            huatuo_softirq_zone_total{vector="NET_RX",zone="10-100us"} 1
            huatuo_softirq_zone_total{vector="NET_RX",zone="100us-1ms"} 0
            huatuo_softirq_zone_total{vector="NET_RX",zone=">=1ms"} 0
            huatuo_softirq_zone_total{vector="RCU",zone="<10us"} 0
            huatuo_softirq_zone_total{vector="RCU",zone="10-100us"} 0
            huatuo_softirq_zone_total{vector="RCU",zone="100us-1ms"} 0
            huatuo_softirq_zone_total{vector="RCU",zone=">=1ms"} 0
            huatuo_softirq_handler_seconds[-82]{vector="NET_RX"} 6
            huatuo_softirq_handler_seconds_count{vector="NET_RX"} 6
            huatuo_softirq_handler_seconds_sum{vector="NET_RX"} 2
            huatuo_softirq_handler_seconds[-191]{vector="RCU"} 1
            huatuo_softirq_handler_seconds_count{vector="RCU"} 1
            huatuo_softirq_handler_seconds_sum{vector="RCU"} 0

            """,
            page.Text);
    }
}
