using Huatuo.Flow.Metrics;
using Huatuo.Flow.Metrics.Kernel;

namespace Huatuo.Tracers.Scheduling.Softirq;

/// <summary>The families of <c>softirq</c>. A vector that was not served yet is left out.</summary>
internal static class SoftirqMetrics
{
    private const string VectorLabel = "vector", ZoneLabel = "zone";

    // zone_of in softirq.bpf.c.
    private static readonly string[] s_zones = ["<10us", "10-100us", "100us-1ms", ">=1ms"];

    // include/linux/interrupt.h: softirq_to_name.
    private static readonly string[] s_vectors = ["HI", "TIMER", "NET_TX", "NET_RX", "BLOCK", "IRQ_POLL", "TASKLET", "SCHED", "HRTIMER", "RCU"];

    private static readonly MetricFamily s_latency = new("huatuo_softirq_latency_seconds", MetricKind.Histogram, "Time from the first raise of a softirq to its handler.", VectorLabel);
    private static readonly MetricFamily s_zone = new("huatuo_softirq_zone_total", MetricKind.Counter, "The same by how long it was: <10us, 10-100us, 100us-1ms, >=1ms.", VectorLabel, ZoneLabel);
    private static readonly MetricFamily s_handler = new("huatuo_softirq_handler_seconds", MetricKind.Histogram, "Time in the handler of a softirq, with the interrupts that came meanwhile.", VectorLabel);

    internal static IReadOnlyList<MetricFamily> Families { get; } = [s_latency, s_zone, s_handler];

    internal static void Write(MetricWriter writer, ReadOnlySpan<SoftirqVector> vectors)
    {
        writer.Family(s_latency);
        for (int vector = 0; vector < vectors.Length; vector++)
            if (WasServed(vectors[vector]))
                writer.Histogram(KernelHistogram.View(vectors[vector].Latency), new Label(VectorLabel, s_vectors[vector]));
        writer.Family(s_zone);
        for (int vector = 0; vector < vectors.Length; vector++)
            if (WasServed(vectors[vector]))
                for (int zone = 0; zone < s_zones.Length; zone++)
                    writer.Sample(vectors[vector].Zones[zone], new Label(VectorLabel, s_vectors[vector]), new Label(ZoneLabel, s_zones[zone]));
        writer.Family(s_handler);
        for (int vector = 0; vector < vectors.Length; vector++)
            if (WasServed(vectors[vector]))
                writer.Histogram(KernelHistogram.View(vectors[vector].Handler), new Label(VectorLabel, s_vectors[vector]));
    }

    private static bool WasServed(in SoftirqVector vector) =>
        ((ReadOnlySpan<ulong>)vector.Handler.Counts).ContainsAnyExcept(0UL) || ((ReadOnlySpan<ulong>)vector.Latency.Counts).ContainsAnyExcept(0UL);
}
