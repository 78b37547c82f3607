using Huatuo.Tracers.Tests;

namespace Huatuo.Tracers.Network.Sockstat;

public sealed class SockstatTests
{
    [Fact]
    public void BothFamilies()
    {
        using var stand = new CollectorStand();
        stand.Write("proc/net/sockstat", "sockets: used 40\nTCP: inuse 1 orphan 2 tw 3 alloc 4 mem 5\nUDP: inuse 6 mem 0\nRAW: inuse 7\nFRAG: inuse 8 memory 900\n")
            .Write("proc/net/sockstat6", "TCP6: inuse 11\nFRAG6: inuse 0 memory 0\n");
        Assert.Equal($$"""
            huatuo_sockstat_sockets_used 40
            huatuo_sockstat_sockets{protocol="TCP",state="inuse"} 1
            huatuo_sockstat_sockets{protocol="TCP",state="orphan"} 2
            huatuo_sockstat_sockets{protocol="TCP",state="tw"} 3
            huatuo_sockstat_sockets{protocol="TCP",state="alloc"} 4
            huatuo_sockstat_sockets{protocol="UDP",state="inuse"} 6
            huatuo_sockstat_sockets{protocol="RAW",state="inuse"} 7
            huatuo_sockstat_sockets{protocol="FRAG",state="inuse"} 8
            huatuo_sockstat_sockets{protocol="TCP6",state="inuse"} 11
            huatuo_sockstat_sockets{protocol="FRAG6",state="inuse"} 0
            huatuo_sockstat_memory_bytes{protocol="TCP"} {{5 * Environment.SystemPageSize}}
            huatuo_sockstat_memory_bytes{protocol="UDP"} 0
            huatuo_sockstat_memory_bytes{protocol="FRAG"} 900
            huatuo_sockstat_memory_bytes{protocol="FRAG6"} 0
            """, stand.Scrape(new SockstatTracer()));
    }

    [Fact]
    public void BadLinesAreCounted()
    {
        using var stand = new CollectorStand();
        stand.Write("proc/net/sockstat", "sockets used 40\nTCP: inuse\nUDP: inuse x mem 0\nRAW: inuse 7\n");
        Assert.Equal("huatuo_sockstat_sockets{protocol=\"RAW\",state=\"inuse\"} 7", stand.Scrape(new SockstatTracer()));
        Assert.Equal(3, stand.Services.Skipped.Count);
    }
}
