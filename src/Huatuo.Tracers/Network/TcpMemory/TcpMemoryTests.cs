using Huatuo.Tracers.Tests;

namespace Huatuo.Tracers.Network.TcpMemory;

public sealed class TcpMemoryTests
{
    [Fact]
    public void PagesOfThisMachine()
    {
        using var stand = new CollectorStand();
        stand.Write("proc/sys/net/ipv4/tcp_mem", "286833\t382445\t573666\n").Write("proc/net/sockstat", "sockets: used 40\nTCP: inuse 1 orphan 0 tw 0 alloc 1 mem 17\n");
        long page = Environment.SystemPageSize;
        Assert.Equal($$"""
            huatuo_tcp_memory_usage_bytes {{17 * page}}
            huatuo_tcp_memory_limit_bytes{limit="low"} {{286833 * page}}
            huatuo_tcp_memory_limit_bytes{limit="pressure"} {{382445 * page}}
            huatuo_tcp_memory_limit_bytes{limit="high"} {{573666 * page}}
            """, stand.Scrape(new TcpMemoryTracer()));
    }

    [Fact]
    public void BadLinesAreCounted()
    {
        using var stand = new CollectorStand();
        stand.Write("proc/sys/net/ipv4/tcp_mem", "1 2\n").Write("proc/net/sockstat", "TCP: inuse 1\n");
        Assert.Equal("", stand.Scrape(new TcpMemoryTracer()));
        Assert.Equal(2, stand.Services.Skipped.Count);
    }
}
