using Huatuo.Tracers.Tests;

namespace Huatuo.Tracers.Network.Netstat;

public sealed class NetstatTests
{
    private static CollectorStand Stand() => new CollectorStand()
        .Write("proc/net/snmp", "Ip: Forwarding DefaultTTL InReceives\nIp: 2 64 230418\nTcp: MaxConn ActiveOpens CurrEstab\nTcp: -1 22144 3\nUdp: InDatagrams\nUdp: 83\n")
        .Write("proc/net/netstat", "TcpExt: SyncookiesSent ListenDrops\nTcpExt: 0 5\nIpExt: InOctets\nIpExt: 18446744073709551614\n")
        .Write("proc/net/snmp6", "Ip6InReceives                   \t1\nIcmp6OutType135                 \t4\nUdpLite6InErrors                \t0\n");

    [Fact]
    public void EveryProtocol()
    {
        using CollectorStand stand = Stand();
        Assert.Equal("""
            huatuo_netstat_events_total{protocol="Ip",event="InReceives"} 230418
            huatuo_netstat_events_total{protocol="Tcp",event="ActiveOpens"} 22144
            huatuo_netstat_events_total{protocol="Udp",event="InDatagrams"} 83
            huatuo_netstat_events_total{protocol="TcpExt",event="SyncookiesSent"} 0
            huatuo_netstat_events_total{protocol="TcpExt",event="ListenDrops"} 5
            huatuo_netstat_events_total{protocol="IpExt",event="InOctets"} 18446744073709551614
            huatuo_netstat_events_total{protocol="Ip6",event="InReceives"} 1
            huatuo_netstat_events_total{protocol="Icmp6",event="OutType135"} 4
            huatuo_netstat_events_total{protocol="UdpLite6",event="InErrors"} 0
            huatuo_netstat_level{protocol="Ip",item="Forwarding"} 2
            huatuo_netstat_level{protocol="Ip",item="DefaultTTL"} 64
            huatuo_netstat_level{protocol="Tcp",item="CurrEstab"} 3
            """, stand.Scrape(new NetstatTracer()));
        Assert.Equal(0, stand.Services.Skipped.Count);
    }

    [Fact]
    public void CountersAreChosen()
    {
        using CollectorStand stand = Stand();
        Assert.Equal("huatuo_netstat_events_total{protocol=\"TcpExt\",event=\"ListenDrops\"} 5", stand.Scrape(new NetstatTracer(), "included=^TcpExt_", "excluded=Syn"));
    }

    [Fact]
    public void WithoutIpv6()
    {
        using var stand = new CollectorStand();
        Assert.Equal(
            "huatuo_netstat_events_total{protocol=\"Udp\",event=\"InDatagrams\"} 83",
            stand.Write("proc/net/snmp", "Udp: InDatagrams\nUdp: 83\n").Scrape(new NetstatTracer()));
    }

    [Theory]
    [InlineData("Tcp: A B\nTcp: 1\n")]
    [InlineData("Tcp: A\nTcp: 1 2\n")]
    [InlineData("Tcp: A\nUdp: 1\n")]
    [InlineData("Tcp: A\nTcp: x\n")]
    [InlineData("Tcp: A\n")]
    [InlineData("Tcp A\nTcp 1\n")]
    public void APairThatDoesNotFitIsSkipped(string pair)
    {
        using var stand = new CollectorStand();
        Assert.Equal("", stand.Write("proc/net/snmp", pair).Scrape(new NetstatTracer()));
        Assert.Equal(1, stand.Services.Skipped.Count);
    }
}
