using Huatuo.Tracers.Tests;

namespace Huatuo.Tracers.Memory.MemoryVmstat;

public sealed class ContainerStatTests
{
    [Fact]
    public void V2()
    {
        using var stand = new ContainerStand(isV1: false);
        stand.Write("proc/vmstat", "").Add('a', ("memory.stat", "anon 4096\nfile 8192\nfile_mapped 1\nworkingset_refault_anon 5\npgfault 6\nbad\n"));
        Assert.Equal("""
            huatuo_vmstat_container_events_total{container_id="a",event="workingset_refault_anon"} 5
            huatuo_vmstat_container_events_total{container_id="a",event="pgfault"} 6
            huatuo_vmstat_container_bytes{container_id="a",item="anon"} 4096
            huatuo_vmstat_container_bytes{container_id="a",item="file"} 8192
            """, stand.Scrape(new MemoryVmstatTracer()));
        Assert.Equal(1, stand.Services.Skipped.Count);
    }

    [Fact]
    public void V1WithTheTotalsOfCgroupsWithin()
    {
        using var stand = new ContainerStand(isV1: true);
        stand.Write("proc/vmstat", "").Add('a', ("memory/memory.stat", "cache 1\nrss 2\ntotal_cache 3\ntotal_pgfault 4\n"));
        Assert.Equal("""
            huatuo_vmstat_container_bytes{container_id="a",item="cache"} 1
            huatuo_vmstat_container_bytes{container_id="a",item="rss"} 2
            """, stand.Scrape(new MemoryVmstatTracer()));
        Assert.Equal("""
            huatuo_vmstat_container_events_total{container_id="a",event="total_pgfault"} 4
            huatuo_vmstat_container_bytes{container_id="a",item="total_cache"} 3
            """, stand.Scrape(new MemoryVmstatTracer(), "included_on_container=^total_", "excluded_on_container="));
    }
}
