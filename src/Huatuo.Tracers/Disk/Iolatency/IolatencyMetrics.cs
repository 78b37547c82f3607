using Huatuo.Flow.Metrics;
using Huatuo.Flow.Metrics.Kernel;

namespace Huatuo.Tracers.Disk.Iolatency;

/// <summary>The families of <c>iolatency</c>. What was not asked of a disk or by a container yet is left out.</summary>
internal static class IolatencyMetrics
{
    private const string DiskLabel = "disk", OperationLabel = "operation", SinceLabel = "since", ZoneLabel = "zone", ContainerLabel = "container_id";
    private const string Queue = "queue", Dispatch = "dispatch";

    // enum iolatency_operation and zone_of in iolatency.bpf.c.
    private static readonly string[] s_operations = ["read", "write", "flush", "discard"];
    private static readonly string[] s_zones = ["<20ms", "20-30ms", "30-50ms", "50-100ms", "100-200ms", "200-400ms", ">=400ms"];

    private static readonly MetricFamily s_queued = new("huatuo_iolatency_queue_seconds", MetricKind.Histogram, "Time from the queue of the disk to the completion of a request.", DiskLabel, OperationLabel);
    private static readonly MetricFamily s_dispatched = new("huatuo_iolatency_dispatch_seconds", MetricKind.Histogram, "Time from the dispatch to the driver to the completion of a request.", DiskLabel, OperationLabel);
    private static readonly MetricFamily s_zone = new("huatuo_iolatency_zone_total", MetricKind.Counter, "The same requests by how long they took: <20ms, 20-30ms, 30-50ms, 50-100ms, 100-200ms, 200-400ms, >=400ms.", DiskLabel, OperationLabel, SinceLabel, ZoneLabel);
    private static readonly MetricFamily s_containerTime = new("huatuo_iolatency_container_seconds_total", MetricKind.Counter, "Time that requests of a container took, summed.", ContainerLabel, OperationLabel, SinceLabel);
    private static readonly MetricFamily s_containerZone = new("huatuo_iolatency_container_zone_total", MetricKind.Counter, "Requests of a container by how long they took; a zone without any is left out.", ContainerLabel, OperationLabel, SinceLabel, ZoneLabel);

    private static readonly MetricFamily s_freezes = new("huatuo_iolatency_queue_freezes_total", MetricKind.Counter, "Times that the queue of a disk was frozen, so that no request was let in.", DiskLabel);
    private static readonly MetricFamily s_frozen = new("huatuo_iolatency_queue_frozen_seconds_total", MetricKind.Counter, "Time that the queue of a disk was frozen, counted when it is let go.", DiskLabel);

    internal static IReadOnlyList<MetricFamily> Families { get; } = [s_queued, s_dispatched, s_zone, s_containerTime, s_containerZone, s_freezes, s_frozen];

    internal static void Write(
        MetricWriter writer, ReadOnlySpan<DiskKey> keys, ReadOnlySpan<DiskLatency> disks, DiskNames names, ReadOnlySpan<ContainerRow<CgroupLatencies>> containers)
    {
        writer.Family(s_queued);
        for (int i = 0; i < disks.Length; i++)
            if (IsAny(disks[i].QueuedZones))
                writer.Histogram(KernelHistogram.View(disks[i].Queued), new Label(DiskLabel, names[keys[i].Device]), new Label(OperationLabel, s_operations[keys[i].Operation]));
        writer.Family(s_dispatched);
        for (int i = 0; i < disks.Length; i++)
            if (IsAny(disks[i].DispatchedZones))
                writer.Histogram(KernelHistogram.View(disks[i].Dispatched), new Label(DiskLabel, names[keys[i].Device]), new Label(OperationLabel, s_operations[keys[i].Operation]));
        writer.Family(s_zone);
        for (int i = 0; i < disks.Length; i++)
        {
            Zones(writer, disks[i].QueuedZones, Queue, names[keys[i].Device], keys[i].Operation);
            Zones(writer, disks[i].DispatchedZones, Dispatch, names[keys[i].Device], keys[i].Operation);
        }

        writer.Family(s_containerTime);
        foreach (ContainerRow<CgroupLatencies> container in containers)
            for (int operation = 0; operation < s_operations.Length; operation++)
            {
                ref readonly CgroupLatency latency = ref container.Sum.Operations[operation];
                if (!IsAny(latency.QueuedZones))
                    continue;
                writer.Sample(latency.QueuedNs / 1e9, new Label(ContainerLabel, container.Id), new Label(OperationLabel, s_operations[operation]), new Label(SinceLabel, Queue));
                writer.Sample(latency.DispatchedNs / 1e9, new Label(ContainerLabel, container.Id), new Label(OperationLabel, s_operations[operation]), new Label(SinceLabel, Dispatch));
            }
        writer.Family(s_containerZone);
        foreach (ContainerRow<CgroupLatencies> container in containers)
            for (int operation = 0; operation < s_operations.Length; operation++)
            {
                ref readonly CgroupLatency latency = ref container.Sum.Operations[operation];
                ContainerZones(writer, latency.QueuedZones, container.Id, operation, Queue);
                ContainerZones(writer, latency.DispatchedZones, container.Id, operation, Dispatch);
            }
    }

    /// <summary>Those of disks that were frozen.</summary>
    internal static void WriteFreezes(MetricWriter writer, ReadOnlySpan<uint> devices, ReadOnlySpan<DiskFreezes> disks, DiskNames names)
    {
        writer.Family(s_freezes);
        for (int i = 0; i < disks.Length; i++)
            if (disks[i].Freezes > 0)
                writer.Sample(disks[i].Freezes, new Label(DiskLabel, names[devices[i]]));
        writer.Family(s_frozen);
        for (int i = 0; i < disks.Length; i++)
            if (disks[i].Freezes > 0)
                writer.Sample(disks[i].FrozenNs / 1e9, new Label(DiskLabel, names[devices[i]]));
    }

    private static void Zones(MetricWriter writer, ReadOnlySpan<ulong> zones, string since, string disk, uint operation)
    {
        if (!IsAny(zones))
            return;
        for (int zone = 0; zone < s_zones.Length; zone++)
            writer.Sample(zones[zone], new Label(DiskLabel, disk), new Label(OperationLabel, s_operations[operation]), new Label(SinceLabel, since), new Label(ZoneLabel, s_zones[zone]));
    }

    private static void ContainerZones(MetricWriter writer, ReadOnlySpan<ulong> zones, string container, int operation, string since)
    {
        for (int zone = 0; zone < s_zones.Length; zone++)
            if (zones[zone] > 0)
                writer.Sample(zones[zone], new Label(ContainerLabel, container), new Label(OperationLabel, s_operations[operation]), new Label(SinceLabel, since), new Label(ZoneLabel, s_zones[zone]));
    }

    private static bool IsAny(ReadOnlySpan<ulong> counts) => counts.ContainsAnyExcept(0UL);
}
