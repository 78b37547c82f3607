using Huatuo.Tracers.Tests;

namespace Huatuo.Tracers.Memory.Meminfo;

public sealed class MeminfoTests
{
    [Fact]
    public void BytesAndHugePages()
    {
        using var stand = new CollectorStand();
        stand.Write("proc/meminfo", "MemTotal:       24684096 kB\nActive(anon):          8 kB\nHugePages_Total:       4\nHugepagesize:       2048 kB\n")
            .Write("sys/kernel/mm/hugepages/hugepages-2048kB/nr_hugepages", "4\n")
            .Write("sys/kernel/mm/hugepages/hugepages-2048kB/free_hugepages", "3\n")
            .Write("sys/kernel/mm/hugepages/hugepages-2048kB/resv_hugepages", "1\n")
            .Write("sys/kernel/mm/hugepages/hugepages-2048kB/surplus_hugepages", "0\n")
            .Write("sys/kernel/mm/hugepages/hugepages-1048576kB/nr_hugepages", "1\n");
        Assert.Equal("""
            huatuo_meminfo_bytes{item="MemTotal"} 25276514304
            huatuo_meminfo_bytes{item="Active(anon)"} 8192
            huatuo_meminfo_bytes{item="Hugepagesize"} 2097152
            huatuo_hugepages_bytes{page_size="1048576kB",state="total"} 1073741824
            huatuo_hugepages_bytes{page_size="2048kB",state="total"} 8388608
            huatuo_hugepages_bytes{page_size="2048kB",state="free"} 6291456
            huatuo_hugepages_bytes{page_size="2048kB",state="reserved"} 2097152
            huatuo_hugepages_bytes{page_size="2048kB",state="surplus"} 0
            """, stand.Scrape(new MeminfoTracer()));
        Assert.Equal(0, stand.Services.Skipped.Count);
    }

    [Fact]
    public void BadLinesAreCounted()
    {
        using var stand = new CollectorStand();
        stand.Write("proc/meminfo", "MemTotal 5 kB\nMemFree: kB\nCached: 18446744073709551615 kB\nBuffers: 1 kB\n")
            .Write("sys/kernel/mm/hugepages/hugepages-2048kB/nr_hugepages", "many\n")
            .Write("sys/kernel/mm/hugepages/hugepages-0kB/nr_hugepages", "1\n");
        Assert.Equal("huatuo_meminfo_bytes{item=\"Buffers\"} 1024", stand.Scrape(new MeminfoTracer()));
        Assert.Equal(4, stand.Services.Skipped.Count);
    }
}
