using Huatuo.Flow.Metrics.Kernel;
using Huatuo.Tracers.Tests;

namespace Huatuo.Tracers.Disk.Iolatency;

/// <summary>Counters to metrics, without a kernel.</summary>
public sealed class IolatencyTests
{
    [Fact]
    public void Counters_become_metrics_of_what_was_asked()
    {
        var vda = new DiskLatency { Queued = { SumNs = 3_000_000_000 }, Dispatched = { SumNs = 1_000_000_000 } };
        vda.Queued.Counts[192] = 3;
        vda.QueuedZones[6] = 3;
        vda.Dispatched.Counts[180] = 3;
        vda.DispatchedZones[5] = 3;
        DiskKey[] keys = [new() { Device = 254 << 20, Operation = 1 }, new() { Device = DiskNames.Other, Operation = 0 }, new() { Device = 8 << 20 | 16, Operation = 2 }];
        var flushed = default(DiskLatency);
        flushed.QueuedZones[0] = 1;
        flushed.Queued.Counts[1] = 1;
        var names = new DiskNames();
        var name = default(DiskName);
        "vda"u8.CopyTo(name.Name);
        names.Add(keys[0].Device, name);
        var asked = default(CgroupLatencies);
        asked.Operations[1].QueuedNs = 500_000_000;
        asked.Operations[1].DispatchedNs = 250_000_000;
        asked.Operations[1].QueuedZones[0] = 2;
        asked.Operations[1].DispatchedZones[1] = 1;
        var containers = new ContainerCounters<CgroupLatencies>(id => $"c{id}");
        containers.Update([5], [asked]);

        var page = new MetricPage(new IolatencyTracer());
        IolatencyMetrics.Write(page, keys, [vda, default, flushed], names, containers.Rows);
        Assert.Equal(
            """
            huatuo_iolatency_queue_seconds[0]{disk="vda",operation="write"} 3
            huatuo_iolatency_queue_seconds_count{disk="vda",operation="write"} 3
            huatuo_iolatency_queue_seconds_sum{disk="vda",operation="write"} 3
            huatuo_iolatency_queue_seconds[-191]{disk="8:16",operation="flush"} 1
            huatuo_iolatency_queue_seconds_count{disk="8:16",operation="flush"} 1
            huatuo_iolatency_queue_seconds_sum{disk="8:16",operation="flush"} 0
            huatuo_iolatency_dispatch_seconds[-12]{disk="vda",operation="write"} 3
            huatuo_iolatency_dispatch_seconds_count{disk="vda",operation="write"} 3
            huatuo_iolatency_dispatch_seconds_sum{disk="vda",operation="write"} 1
            huatuo_iolatency_zone_total{disk="vda",operation="write",since="queue",zone="<20ms"} 0
            huatuo_iolatency_zone_total{disk="vda",operation="write",since="queue",zone="20-30ms"} 0
            huatuo_iolatency_zone_total{disk="vda",operation="write",since="queue",zone="30-50ms"} 0
            huatuo_iolatency_zone_total{disk="vda",operation="write",since="queue",zone="50-100ms"} 0
            huatuo_iolatency_zone_total{disk="vda",operation="write",since="queue",zone="100-200ms"} 0
            huatuo_iolatency_zone_total{disk="vda",operation="write",since="queue",zone="200-400ms"} 0
            huatuo_iolatency_zone_total{disk="vda",operation="write",since="queue",zone=">=400ms"} 3
            huatuo_iolatency_zone_total{disk="vda",operation="write",since="dispatch",zone="<20ms"} 0
            huatuo_iolatency_zone_total{disk="vda",operation="write",since="dispatch",zone="20-30ms"} 0
            huatuo_iolatency_zone_total{disk="vda",operation="write",since="dispatch",zone="30-50ms"} 0
            huatuo_iolatency_zone_total{disk="vda",operation="write",since="dispatch",zone="50-100ms"} 0
            huatuo_iolatency_zone_total{disk="vda",operation="write",since="dispatch",zone="100-200ms"} 0
            huatuo_iolatency_zone_total{disk="vda",operation="write",since="dispatch",zone="200-400ms"} 3
            huatuo_iolatency_zone_total{disk="vda",operation="write",since="dispatch",zone=">=400ms"} 0
            huatuo_iolatency_zone_total{disk="8:16",operation="flush",since="queue",zone="<20ms"} 1
            huatuo_iolatency_zone_total{disk="8:16",operation="flush",since="queue",zone="20-30ms"} 0
            huatuo_iolatency_zone_total{disk="8:16",operation="flush",since="queue",zone="30-50ms"} 0
            huatuo_iolatency_zone_total{disk="8:16",operation="flush",since="queue",zone="50-100ms"} 0
            huatuo_iolatency_zone_total{disk="8:16",operation="flush",since="queue",zone="100-200ms"} 0
            huatuo_iolatency_zone_total{disk="8:16",operation="flush",since="queue",zone="200-400ms"} 0
            huatuo_iolatency_zone_total{disk="8:16",operation="flush",since="queue",zone=">=400ms"} 0
            huatuo_iolatency_container_seconds_total{container_id="c5",operation="write",since="queue"} 0.5
            huatuo_iolatency_container_seconds_total{container_id="c5",operation="write",since="dispatch"} 0.25
            huatuo_iolatency_container_zone_total{container_id="c5",operation="write",since="queue",zone="<20ms"} 2
            huatuo_iolatency_container_zone_total{container_id="c5",operation="write",since="dispatch",zone="20-30ms"} 1

            """,
            page.Text);
    }

    [Fact]
    public void Freezes_become_metrics_of_the_disks_that_were_frozen()
    {
        var names = new DiskNames();
        var name = default(DiskName);
        "sda"u8.CopyTo(name.Name);
        names.Add(8 << 20, name);
        var page = new MetricPage(new IolatencyTracer());
        IolatencyMetrics.WriteFreezes(
            page, [8 << 20, DiskNames.Other, 7 << 20 | 1],
            [new DiskFreezes { Freezes = 3, FrozenNs = 1_500_000_000 }, default, new DiskFreezes { Freezes = 1 }], names);
        Assert.Equal(
            """
            huatuo_iolatency_queue_freezes_total{disk="sda"} 3
            huatuo_iolatency_queue_freezes_total{disk="7:1"} 1
            huatuo_iolatency_queue_frozen_seconds_total{disk="sda"} 1.5
            huatuo_iolatency_queue_frozen_seconds_total{disk="7:1"} 0

            """,
            page.Text);
    }
}
