using Huatuo.Tracers.Tests;

namespace Huatuo.Tracers.Memory.Meminfo;

public sealed class ContainerMemoryTests
{
    [Fact]
    public void V2()
    {
        using var stand = new ContainerStand(isV1: false);
        stand.Write("proc/meminfo", "")
            .Add('a', ("memory.current", "4096\n"), ("memory.max", "8192\n"), ("memory.peak", "5000\n"), ("memory.swap.current", "0\n"))
            .Add('b', ("memory.current", "1\n"), ("memory.max", "max\n"), ("memory.peak", "?\n"));
        Assert.Equal("""
            huatuo_meminfo_container_usage_bytes{container_id="a"} 4096
            huatuo_meminfo_container_usage_bytes{container_id="b"} 1
            huatuo_meminfo_container_limit_bytes{container_id="a"} 8192
            huatuo_meminfo_container_peak_bytes{container_id="a"} 5000
            huatuo_meminfo_container_swap_bytes{container_id="a"} 0
            """, stand.Scrape(new MeminfoTracer()));
        Assert.Equal(1, stand.Services.Skipped.Count);
    }

    [Fact]
    public void V1()
    {
        using var stand = new ContainerStand(isV1: true);
        stand.Write("proc/meminfo", "")
            .Add('a', ("memory/memory.usage_in_bytes", "4096\n"), ("memory/memory.limit_in_bytes", "8192\n"), ("memory/memory.max_usage_in_bytes", "5000\n"))
            .Add('b', ("memory/memory.usage_in_bytes", "1\n"), ("memory/memory.limit_in_bytes", "9223372036854771712\n"));
        Assert.Equal("""
            huatuo_meminfo_container_usage_bytes{container_id="a"} 4096
            huatuo_meminfo_container_usage_bytes{container_id="b"} 1
            huatuo_meminfo_container_limit_bytes{container_id="a"} 8192
            huatuo_meminfo_container_peak_bytes{container_id="a"} 5000
            """, stand.Scrape(new MeminfoTracer()));
    }
}
