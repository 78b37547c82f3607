using Huatuo.Tracers.Network.Arp;
using Huatuo.Tracers.Network.Netdev;
using Huatuo.Tracers.Network.Netstat;
using Huatuo.Tracers.Network.Sockstat;

namespace Huatuo.Tracers.Tests;

/// <summary>The network namespaces of containers: a pod's once, the host's not, none of a process that is another now.</summary>
public sealed class ContainerNetworkTests
{
    private static readonly DateTimeOffset s_start = DateTimeOffset.UnixEpoch;

    private static string Dev(int bytes) => $"lo: 1 1 0 0 0 0 0 0 1 1 0 0 0 0 0 0\neth0: {bytes} 1 0 0 0 0 0 0 1 1 0 0 0 0 0 0\n";

    private static ContainerStand Stand()
    {
        var stand = new ContainerStand(isV1: false);
        stand.Write("proc/net/dev", "").Write("proc/net/snmp", "").Write("proc/net/sockstat", "");
        foreach (char letter in "abcde")
            stand.Add(letter);
        return stand;
    }

    [Fact]
    public void DevicesOfEachNamespace()
    {
        using ContainerStand stand = Stand();
        stand.Began('b', 11, 200, s_start.AddSeconds(1), ("dev", Dev(11)))
            .Began('a', 10, 200, s_start, ("dev", Dev(10)))
            .Began('c', 12, 300, s_start, ("dev", Dev(12)))
            .Began('d', 13, ContainerStand.HostNetns, s_start, ("dev", Dev(13)));
        Func<string> scrape = stand.Start(new NetdevTracer());
        Assert.Equal(["a 10", "c 12"], Received(scrape()));

        // The process of c is gone, and its number a process of the host's.
        File.Delete(Path.Combine(stand.Root, "proc/12/ns/net"));
        stand.Link("proc/12/ns/net", $"net:[{ContainerStand.HostNetns}]");
        Assert.Equal(["a 10"], Received(scrape()));
        stand.End('a');
        Assert.Equal(["b 11"], Received(scrape()));
    }

    [Fact]
    public void Neighbours()
    {
        using ContainerStand stand = Stand();
        stand.Write("proc/net/arp", "IP address\n")
            .Began('a', 10, 200, s_start, ("arp", "IP address\n192.0.2.1 0x1 0x2 02:fc:00:00:00:05 * eth0\n192.0.2.2 0x1 0x2 02:fc:00:00:00:06 * eth0\n"))
            .Began('c', 12, 300, s_start, ("arp", "IP address\n"));
        Assert.Equal("""
            huatuo_arp_container_entries{container_id="a"} 2
            huatuo_arp_container_entries{container_id="c"} 0
            """, stand.Scrape(new ArpTracer()));
    }

    [Fact]
    public void ProtocolsAndSockets()
    {
        using ContainerStand stand = Stand();
        stand.Began(
            'a', 10, 200, s_start, ("snmp", "Tcp: RtoMin CurrEstab InSegs\nTcp: 200 3 4\n"), ("netstat", "TcpExt: SyncookiesSent ListenDrops\nTcpExt: 1 2\n"),
            ("snmp6", "Udp6InErrors 5\nIp6InReceives 6\n"), ("sockstat", "sockets: used 9\nTCP: inuse 1 mem 7\n"), ("sockstat6", "TCP6: inuse 2\n"));
        Assert.Equal("""
            huatuo_netstat_container_events_total{container_id="a",protocol="Tcp",event="InSegs"} 4
            huatuo_netstat_container_events_total{container_id="a",protocol="TcpExt",event="ListenDrops"} 2
            huatuo_netstat_container_events_total{container_id="a",protocol="Udp6",event="InErrors"} 5
            huatuo_netstat_container_level{container_id="a",protocol="Tcp",item="CurrEstab"} 3
            """, stand.Scrape(new NetstatTracer()));
        Assert.Equal("""
            huatuo_sockstat_container_sockets_used{container_id="a"} 9
            huatuo_sockstat_container_sockets{container_id="a",protocol="TCP",state="inuse"} 1
            huatuo_sockstat_container_sockets{container_id="a",protocol="TCP6",state="inuse"} 2
            """, stand.Scrape(new SockstatTracer()));
    }

    private static IEnumerable<string> Received(string page) => page.Split('\n')
        .Where(line => line.StartsWith("huatuo_netdev_container_receive_bytes_total", StringComparison.Ordinal))
        .Select(line => $"{line[line.IndexOf('"', StringComparison.Ordinal) + 1]} {line.Split(' ')[^1]}").Order(StringComparer.Ordinal);
}
