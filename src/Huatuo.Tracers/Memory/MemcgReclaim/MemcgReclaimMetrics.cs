using Huatuo.Bpf.Abi;
using Huatuo.Flow.Metrics;
using Huatuo.Flow.Metrics.Kernel;

namespace Huatuo.Tracers.Memory.MemcgReclaim;

/// <summary>The families of <c>memcg_reclaim</c>.</summary>
internal static class MemcgReclaimMetrics
{
    internal const string Stall = "huatuo_memcg_reclaim_seconds";
    private const string ContainerLabel = "container_id";

    private static readonly MetricFamily s_stall = new(Stall, MetricKind.Histogram, "Time that a task had to free memory for the limit of a cgroup before it got some, each time.");
    private static readonly MetricFamily s_containerStalls = new("huatuo_memcg_reclaim_container_stalls_total", MetricKind.Counter, "Times that a task of a container had to.", ContainerLabel);
    private static readonly MetricFamily s_containerTime = new("huatuo_memcg_reclaim_container_seconds_total", MetricKind.Counter, "Time that the tasks of a container had to.", ContainerLabel);
    private static readonly MetricFamily s_containerBytes = new("huatuo_memcg_reclaim_container_reclaimed_bytes_total", MetricKind.Counter, "Memory that the tasks of a container freed.", ContainerLabel);

    internal static IReadOnlyList<MetricFamily> Families { get; } = [s_stall, s_containerStalls, s_containerTime, s_containerBytes];

    internal static void Write(MetricWriter writer, in Histogram stalls, ReadOnlySpan<Exemplar> exemplars, ReadOnlySpan<ContainerRow<MemcgCounters>> containers)
    {
        writer.Family(s_stall);
        writer.Histogram(KernelHistogram.View(stalls, exemplars));
        writer.Family(s_containerStalls);
        foreach (ContainerRow<MemcgCounters> container in containers)
            writer.Sample(container.Sum.Stalls, new Label(ContainerLabel, container.Id));
        writer.Family(s_containerTime);
        foreach (ContainerRow<MemcgCounters> container in containers)
            writer.Sample(container.Sum.StalledNs / 1e9, new Label(ContainerLabel, container.Id));
        writer.Family(s_containerBytes);
        foreach (ContainerRow<MemcgCounters> container in containers)
            writer.Sample(container.Sum.ReclaimedPages * (ulong)Environment.SystemPageSize, new Label(ContainerLabel, container.Id));
    }
}
