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
        var names = new DiskNames("/nonexistent");
        names.Add(keys[0].Device, Name("vda"));
        names.Update();
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
        var names = new DiskNames("/nonexistent");
        names.Add(8 << 20, Name("sda"));
        names.Update();
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

    [Fact]
    public void A_disk_has_the_name_that_it_has_now_and_none_that_is_gone_the_same()
    {
        using var sys = new Proc();
        const uint first = 259 << 20, second = first + 1, third = first + 2;
        void Link(uint device, string name) => File.CreateSymbolicLink(Path.Combine(sys.Root, $"dev/block/259:{device - first}"), "../../devices/pci/block/" + name);
        Directory.CreateDirectory(Path.Combine(sys.Root, "dev/block"));
        Link(first, "nvme0n1");
        Link(second, "nvme1n1");
        var names = new DiskNames(sys.Root);
        names.Add(first, Name("nvme0n1"));
        names.Add(second, Name("nvme1n1"));
        names.Update();
        Assert.Equal(["nvme0n1", "nvme1n1", "259:2", "other"], ((uint[])[first, second, third, DiskNames.Other]).Select(device => names[device]));

        // One that is gone keeps its name.
        File.Delete(Path.Combine(sys.Root, "dev/block/259:1"));
        names.Update();
        Assert.Equal("nvme1n1", names[second]);

        // Its name is given to a disk with another number, and then its number to a disk with another name.
        Link(third, "nvme1n1");
        names.Add(third, Name("nvme1n1"));
        names.Update();
        Assert.Equal(["nvme0n1", "259:1", "nvme1n1"], ((uint[])[first, second, third]).Select(device => names[device]));
        Link(second, "nvme2n1");
        names.Update();
        Assert.Equal(["nvme0n1", "nvme2n1", "nvme1n1"], ((uint[])[first, second, third]).Select(device => names[device]));
    }

    private static DiskName Name(string text)
    {
        var name = default(DiskName);
        System.Text.Encoding.UTF8.GetBytes(text, name.Name);
        return name;
    }
}
