using Huatuo.Bpf.Abi;
using Huatuo.Flow.Metrics;
using Huatuo.Flow.Metrics.Kernel;

namespace Huatuo.Tracers.Scheduling.LockContention;

/// <summary>The families of <c>lock_contention</c>. A kind that nobody waited for yet is left out.</summary>
internal static class LockContentionMetrics
{
    private const string KindLabel = "kind";

    // enum lock_kind in contention.h.
    private static readonly string[] s_kinds =
        ["spinlock", "rwlock_read", "rwlock_write", "mutex", "rwsem_read", "rwsem_write", "percpu_rwsem_read", "percpu_rwsem_write", "rtmutex", "other"];

    private static readonly MetricFamily s_wait = new("huatuo_lock_contention_seconds", MetricKind.Histogram, "Time that a task or an interrupt waited for a lock of the kernel that was held, each time.", KindLabel);

    internal static IReadOnlyList<MetricFamily> Families { get; } = [s_wait];

    internal static void Write(MetricWriter writer, ReadOnlySpan<Histogram> kinds)
    {
        writer.Family(s_wait);
        for (int kind = 0; kind < kinds.Length; kind++)
            if (((ReadOnlySpan<ulong>)kinds[kind].Counts).ContainsAnyExcept(0UL))
                writer.Histogram(KernelHistogram.View(kinds[kind]), new Label(KindLabel, s_kinds[kind]));
    }
}
