using Huatuo.Flow.Containers;
using Huatuo.Flow.Metrics;

namespace Huatuo.Http.Sources;

/// <summary><c>huatuo_containers*</c>: how well the agent knows whose an event is.</summary>
/// <param name="tracking">The containers.</param>
/// <param name="names">Who is asked for their names.</param>
public sealed class ContainerSource(ContainerTracking tracking, IReadOnlyList<INameSourceState> names) : IMetricSource
{
    /// <inheritdoc/>
    public string Name => "containers";

    /// <inheritdoc/>
    public void Write(MetricWriter writer)
    {
        (int live, int ended, long refused) = tracking.Registry.Counts;
        writer.Family("huatuo_containers", MetricKind.Gauge, "Containers whose cgroup exists.");
        writer.Sample(tracking.Registry.Live.Count);
        writer.Family("huatuo_containers_cgroups", MetricKind.Gauge, "Cgroups that are known: live ones, and ended ones that are kept for late events.");
        writer.Sample(live, new Label("state", "live"));
        writer.Sample(ended, new Label("state", "ended"));
        writer.Family("huatuo_containers_watched", MetricKind.Gauge, "1 when the kernel tells of cgroups as they come and go; 0 when the file system is read every 2 s instead.");
        writer.Sample(tracking.IsWatching ? 1 : 0);
        writer.Family("huatuo_containers_changes_lost_total", MetricKind.Counter, "Changes that the kernel had no room to tell; the file system is read after each.");
        writer.Sample(tracking.Lost);
        writer.Family("huatuo_containers_cgroups_refused_total", MetricKind.Counter, "Lookups of cgroups beyond the 65,536 that are kept; they are answered, and looked up again each time.");
        writer.Sample(refused);
        writer.Family("huatuo_containers_names_up", MetricKind.Gauge, "1 when the source of names answered the last question.");
        foreach (INameSourceState source in names)
            writer.Sample(source.IsUp ? 1 : 0, new Label("source", source.Name));
        writer.Family("huatuo_containers_names_answers_total", MetricKind.Counter, "Questions for names that were answered.");
        foreach (INameSourceState source in names)
            writer.Sample(source.Answers, new Label("source", source.Name));
        writer.Family("huatuo_containers_names_failures_total", MetricKind.Counter, "Questions for names that were not answered, or with nonsense; asked again later.");
        foreach (INameSourceState source in names)
            writer.Sample(source.Failures, new Label("source", source.Name));
    }
}
