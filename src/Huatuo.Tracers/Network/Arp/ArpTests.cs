using Huatuo.Tracers.Tests;

namespace Huatuo.Tracers.Network.Arp;

public sealed class ArpTests
{
    private const string Arp = """
        IP address       HW type     Flags       HW address            Mask     Device
        192.0.2.1        0x1         0x2         02:fc:00:00:00:05     *        eth0
        192.0.2.9        0x1         0x0         00:00:00:00:00:00     *        eth0
        198.51.100.1     0x1         0x2         02:fc:00:00:00:06     *        bond0

        """;

    [Fact]
    public void NeighboursAndTheirTable()
    {
        using var stand = new CollectorStand();
        stand.Write("proc/net/arp", Arp).Write("proc/net/stat/arp_cache", "entries  allocs   destroys table_fulls\n00000012  0000004e 0000004e 00000000\n00000012  0000003f 0000003d 00000001\n");
        Assert.Equal("""
            huatuo_arp_entries{device="bond0"} 1
            huatuo_arp_entries{device="eth0"} 2
            huatuo_arp_cache_entries 18
            huatuo_arp_cache_events_total{event="allocs"} 141
            huatuo_arp_cache_events_total{event="destroys"} 139
            huatuo_arp_cache_events_total{event="table_fulls"} 1
            """, stand.Scrape(new ArpTracer()));
    }

    [Fact]
    public void BadLinesAreCounted()
    {
        using var stand = new CollectorStand();
        stand.Write("proc/net/arp", "IP address\n192.0.2.1 0x1\n").Write("proc/net/stat/arp_cache", "entries  allocs\n0000zz12 1\n1\n00000002 00000003\n");
        Assert.Equal("huatuo_arp_cache_entries 2\nhuatuo_arp_cache_events_total{event=\"allocs\"} 3", stand.Scrape(new ArpTracer()));
        Assert.Equal(3, stand.Services.Skipped.Count);
    }
}
