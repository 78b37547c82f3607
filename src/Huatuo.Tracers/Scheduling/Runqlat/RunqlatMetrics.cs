using Huatuo.Flow.Metrics;
using Huatuo.Flow.Metrics.Kernel;

namespace Huatuo.Tracers.Scheduling.Runqlat;

/// <summary>The families of <c>runqlat</c>.</summary>
internal static class RunqlatMetrics
{
    internal const string Wait = "huatuo_runqlat_seconds";

    private const string ZoneLabel = "zone", KindLabel = "kind", ContainerLabel = "container_id";

    // zone_of in runqlat.bpf.c.
    private static readonly string[] s_zones = ["<10ms", "10-20ms", "20-50ms", ">=50ms"];

    private static readonly MetricFamily s_wait = new(Wait, MetricKind.Histogram, "Time that tasks waited for a CPU once they could run, each time that one got it.");
    private static readonly MetricFamily s_zone = new("huatuo_runqlat_zone_total", MetricKind.Counter, "The same waits by how long they were: <10ms, 10-20ms, 20-50ms, >=50ms.", ZoneLabel);
    private static readonly MetricFamily s_switches = new("huatuo_runqlat_switches_total", MetricKind.Counter, "Times that a task left a CPU: voluntary, to wait for something; involuntary, though it could have gone on.", KindLabel);
    private static readonly MetricFamily s_containerWait = new("huatuo_runqlat_container_wait_seconds_total", MetricKind.Counter, "Time that the tasks of a container waited for a CPU.", ContainerLabel);
    private static readonly MetricFamily s_containerZone = new("huatuo_runqlat_container_zone_total", MetricKind.Counter, "Waits of a container's tasks for a CPU by how long they were.", ContainerLabel, ZoneLabel);
    private static readonly MetricFamily s_containerSwitches = new("huatuo_runqlat_container_switches_total", MetricKind.Counter, "Times that a task of a container left a CPU, voluntary or involuntary.", ContainerLabel, KindLabel);

    internal static IReadOnlyList<MetricFamily> Families { get; } = [s_wait, s_zone, s_switches, s_containerWait, s_containerZone, s_containerSwitches];

    internal static void Write(MetricWriter writer, in RunqlatHost host, ReadOnlySpan<Exemplar> exemplars, ReadOnlySpan<ContainerRow<RunqlatCounters>> containers)
    {
        writer.Family(s_wait);
        writer.Histogram(KernelHistogram.View(host.Waits, exemplars));
        writer.Family(s_zone);
        for (int zone = 0; zone < s_zones.Length; zone++)
            writer.Sample(host.Counters.Zones[zone], new Label(ZoneLabel, s_zones[zone]));
        writer.Family(s_switches);
        writer.Sample(host.Counters.Voluntary, new Label(KindLabel, "voluntary"));
        writer.Sample(host.Counters.Involuntary, new Label(KindLabel, "involuntary"));

        writer.Family(s_containerWait);
        foreach (ContainerRow<RunqlatCounters> container in containers)
            writer.Sample(container.Sum.WaitedNs / 1e9, new Label(ContainerLabel, container.Id));
        writer.Family(s_containerZone);
        foreach (ContainerRow<RunqlatCounters> container in containers)
            for (int zone = 0; zone < s_zones.Length; zone++)
                writer.Sample(container.Sum.Zones[zone], new Label(ContainerLabel, container.Id), new Label(ZoneLabel, s_zones[zone]));
        writer.Family(s_containerSwitches);
        foreach (ContainerRow<RunqlatCounters> container in containers)
        {
            writer.Sample(container.Sum.Voluntary, new Label(ContainerLabel, container.Id), new Label(KindLabel, "voluntary"));
            writer.Sample(container.Sum.Involuntary, new Label(ContainerLabel, container.Id), new Label(KindLabel, "involuntary"));
        }
    }
}
