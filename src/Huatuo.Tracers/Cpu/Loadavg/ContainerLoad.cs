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
    ];

    private readonly ContainerFiles _live = new(services.Containers, _ => []);
    private readonly Dictionary<Container, (ulong Runnable, ulong Uninterruptible)> _counts = [];
    private readonly SeriesTable _table = new(ContainerFiles.Most, s_columns);

    internal static IReadOnlyList<MetricFamily> Families { get; } = [.. s_columns.Select(column => column.Family)];

    /// <summary>Forgets all tasks.</summary>
    internal void Clear() => _counts.Clear();

    /// <summary>Counts tasks.</summary>
    internal void Add(ReadOnlySpan<LoadavgTask> tasks)
    {
        foreach (ref readonly LoadavgTask task in tasks)
            if (services.Identity.Find(task.CgroupId)?.Container is { } container)
            {
                _counts.TryGetValue(container, out (ulong Runnable, ulong Uninterruptible) counts);
                _counts[container] = (counts.Runnable + task.Runnable, counts.Uninterruptible + task.Uninterruptible);
            }
    }

    /// <summary>Writes what was counted, and zeros of those that have no such tasks.</summary>
    internal void Write(MetricWriter writer)
    {
        _table.Clear();
        foreach (ContainerEntry entry in _live.Live())
        {
            _counts.TryGetValue(entry.Container, out (ulong Runnable, ulong Uninterruptible) counts);
            _table.Add([counts.Runnable, counts.Uninterruptible], entry.Container.Id);
        }
        _table.Write(writer, services.Skipped);
    }
}
