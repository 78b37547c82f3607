using Huatuo.Bpf.Abi;
using Huatuo.Flow.Metrics;
using Huatuo.Flow.Metrics.Kernel;

namespace Huatuo.Tracers.Memory.MemoryFree;

/// <summary>The families of <c>memory_free</c>.</summary>
internal static class MemoryFreeMetrics
{
    internal const string Reclaim = "huatuo_memory_free_reclaim_seconds";

    private static readonly MetricFamily s_reclaim = new(Reclaim, MetricKind.Histogram, "Time that a task had to free memory for the machine before it got some, each time.");
    private static readonly MetricFamily s_compaction = new("huatuo_memory_free_compaction_seconds", MetricKind.Histogram, "Time that a task had to compact a zone of memory before it got some, each time.");

    internal static IReadOnlyList<MetricFamily> Families { get; } = [s_reclaim, s_compaction];

    /// <param name="writer">The scrape.</param>
    /// <param name="stalls">By <see cref="MemoryStall"/>.</param>
    /// <param name="exemplars">Events of reclaim.</param>
    internal static void Write(MetricWriter writer, ReadOnlySpan<Histogram> stalls, ReadOnlySpan<Exemplar> exemplars)
    {
        writer.Family(s_reclaim);
        writer.Histogram(KernelHistogram.View(stalls[(int)MemoryStall.Reclaim], exemplars));
        writer.Family(s_compaction);
        writer.Histogram(KernelHistogram.View(stalls[(int)MemoryStall.Compaction]));
    }
}
