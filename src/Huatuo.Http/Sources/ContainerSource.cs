using Huatuo.Flow.Containers;
using Huatuo.Flow.Metrics;

namespace Huatuo.Http.Sources;

/// <summary><c>huatuo_containers*</c>: how well the agent knows whose an event is.</summary>
/// <param name="tracking">The containers.</param>
/// <param name="names">Who is asked for their names.</param>
public sealed class ContainerSource(ContainerTracking tracking, IReadOnlyList<INameSourceState> names) : IMetricSource
{
    private static readonly MetricFamily Info = new(
        "huatuo_container_info", MetricKind.Info, "What a container is called, to join with series that have its id; empty where it is not known.",
        "container_id", "container_name", "container_type", "container_qos", "container_image", "pod_name", "pod_namespace");

    /// <inheritdoc/>
    public string Name => "containers";

    /// <inheritdoc/>
    public void Write(MetricWriter writer)
    {
        (int live, int ended, long refused) = tracking.Registry.Counts;
        writer.Family("huatuo_containers", MetricKind.Gauge, "Containers whose cgroup exists.");
        writer.Sample(tracking.Registry.Live.Count);
        writer.Family(Info);
        foreach (Container container in tracking.Registry.Live)
            Describe(writer, container.Id, container.Names);
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

    private static void Describe(MetricWriter writer, string id, ContainerNames names) => writer.Sample(
        1,
        new Label("container_id", id),
        new Label("container_name", names.Name),
        new Label("container_type", names.Type),
        new Label("container_qos", names.Qos),
        new Label("container_image", names.Image),
        new Label("pod_name", names.PodName),
        new Label("pod_namespace", names.PodNamespace));
}
