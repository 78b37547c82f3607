using Huatuo.Flow.Containers;
using Huatuo.Flow.Metrics;
using Huatuo.Flow.Tracing;
using Huatuo.Tracers.Collecting;

namespace Huatuo.Tracers.Cpu.Loadavg;

/// <summary>The tasks of each live container that count for the load, of all cgroups within it. Allocates for new containers only.</summary>
/// <param name="services">Tells the container of a cgroup.</param>
internal sealed class ContainerLoad(TracerServices services)
{
    private static readonly Column[] s_columns =
    [
        new(new("huatuo_load_container_runnable", MetricKind.Gauge, "Threads of the container on a CPU or waiting for one, at that moment.", ContainerFiles.Label)),
        new(new("huatuo_load_container_uninterruptible", MetricKind.Gauge, "Threads of the container that wait uninterruptibly, at that moment.", ContainerFiles.Label)),
        new(new("huatuo_load_container_load1", MetricKind.Gauge, "Threads of the container that run, or wait for a CPU or uninterruptibly, averaged over a minute.", ContainerFiles.Label), FixedPointLoad.One),
        new(new("huatuo_load_container_load5", MetricKind.Gauge, "The same over 5 minutes.", ContainerFiles.Label), FixedPointLoad.One),
        new(new("huatuo_load_container_load15", MetricKind.Gauge, "The same over 15 minutes.", ContainerFiles.Label), FixedPointLoad.One),
    ];

    private readonly ContainerFiles _live = new(services.Containers, _ => []);
    private readonly Dictionary<Container, TaskCounts> _counts = [];
    private readonly SeriesTable _table = new(ContainerFiles.Most, s_columns);

    internal static IReadOnlyList<MetricFamily> Families { get; } = [.. s_columns.Select(column => column.Family)];

    /// <summary>What was counted.</summary>
    internal IReadOnlyDictionary<Container, TaskCounts> Counts => _counts;

    /// <summary>Forgets all tasks.</summary>
    internal void Clear() => _counts.Clear();

    /// <summary>Counts tasks.</summary>
    internal void Add(ReadOnlySpan<LoadavgTask> tasks)
    {
        foreach (ref readonly LoadavgTask task in tasks)
            if (services.Identity.Find(task.CgroupId)?.Container is { } container)
            {
                TaskCounts counts = _counts.GetValueOrDefault(container);
                _counts[container] = new TaskCounts(counts.Runnable + task.Runnable, counts.Uninterruptible + task.Uninterruptible);
            }
    }

    /// <summary>Writes what was counted, and zeros of those that have no such tasks.</summary>
    /// <param name="writer">The scrape.</param>
    /// <param name="averages">Load averages; zeros before the first look at a container.</param>
    internal void Write(MetricWriter writer, ContainerAverages averages)
    {
        _table.Clear();
        foreach (ContainerEntry entry in _live.Live())
        {
            TaskCounts counts = _counts.GetValueOrDefault(entry.Container);
            LoadAverages? loads = averages.Of(entry.Container);
            _table.Add(
                [counts.Runnable, counts.Uninterruptible, loads?.One.Parts ?? 0, loads?.Five.Parts ?? 0, loads?.Fifteen.Parts ?? 0], entry.Container.Id);
        }
        _table.Write(writer, services.Skipped);
    }
}
