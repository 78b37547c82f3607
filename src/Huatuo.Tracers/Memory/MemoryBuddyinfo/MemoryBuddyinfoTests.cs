using Huatuo.Tracers.Tests;

namespace Huatuo.Tracers.Memory.MemoryBuddyinfo;

public sealed class MemoryBuddyinfoTests
{
    [Fact]
    public void EveryZoneAndOrder()
    {
        using var stand = new CollectorStand();
        stand.Write("proc/buddyinfo", "Node 0, zone      DMA      0      3 \nNode 1, zone   Normal   8790      1 \n");
        Assert.Equal("""
            huatuo_memory_buddy_blocks{node="0",zone="DMA",order="0"} 0
            huatuo_memory_buddy_blocks{node="0",zone="DMA",order="1"} 3
            huatuo_memory_buddy_blocks{node="1",zone="Normal",order="0"} 8790
            huatuo_memory_buddy_blocks{node="1",zone="Normal",order="1"} 1
            """, stand.Scrape(new MemoryBuddyinfoTracer()));
    }

    [Fact]
    public void BadLinesAreCounted()
    {
        using var stand = new CollectorStand();
        stand.Write("proc/buddyinfo", "Node 0, zone\nNode x, zone DMA 1\nNode 0, zone DMA 1 two\nNode 0, zone DMA 4\nNode 0 zone DMA 1\n");
        Assert.Equal("huatuo_memory_buddy_blocks{node=\"0\",zone=\"DMA\",order=\"0\"} 4", stand.Scrape(new MemoryBuddyinfoTracer()));
        Assert.Equal(4, stand.Services.Skipped.Count);
    }
}
