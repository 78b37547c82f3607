using Huatuo.Linux.Netlink;
using Huatuo.Tracers.Tests;
using static Huatuo.Tracers.Tests.ScriptedRoutes;

namespace Huatuo.Tracers.Network.NetdevQdisc;

public sealed class NetdevQdiscTests
{
    private const ushort GetLink = 18, NewQdisc = 36;
    private const uint Root = 0xffffffff;

    private static byte[] Link(int index, string name) => Message(
        NetlinkMessage.NewLink, [0, 0, 1, 0, .. BitConverter.GetBytes(index), 0, 0, 0, 0, 0, 0, 0, 0], Attribute(3, [.. System.Text.Encoding.UTF8.GetBytes(name), 0]));

    private static byte[] Qdisc(uint device, uint parent, string kind, uint bytes, uint packets, params byte[] more) => Message(
        NewQdisc,
        Words(0, device, 0x10000, parent, 2),
        Attribute(1, [.. System.Text.Encoding.UTF8.GetBytes(kind), 0]),
        Attribute(0x8007, [.. Attribute(1, [.. Words(bytes, 0, packets), 0, 0, 0, 0]), .. Attribute(3, Words(4, 5, 6, 7, 8)), .. more]));

    [Fact]
    public void RootsOfChosenDevices()
    {
        using var stand = new CollectorStand();
        using var routes = new ScriptedRoutes(
            (GetLink, [.. Link(1, "lo"), .. Link(2, "eth0"), .. Link(3, "eth1"), .. Link(4, "dummy0")]),
            (QdiscMessage.Request,
            [
                .. Qdisc(1, Root, "pfifo", 1, 1), .. Qdisc(2, Root, "mq", 1000, 10), .. Qdisc(2, 0x10001, "fq_codel", 999, 9),
                .. Qdisc(3, Root, "fq", 2000, 20, Attribute(8, [0, 0, 0, 0, 1, 0, 0, 0])), .. Qdisc(4, Root, "noqueue", 1, 1), .. Message(NewQdisc, Words(1, 2)),
            ]));
        Assert.Equal("""
            huatuo_netdev_qdisc_bytes_total{device="eth0",kind="mq"} 1000
            huatuo_netdev_qdisc_bytes_total{device="eth1",kind="fq"} 2000
            huatuo_netdev_qdisc_packets_total{device="eth0",kind="mq"} 10
            huatuo_netdev_qdisc_packets_total{device="eth1",kind="fq"} 4294967296
            huatuo_netdev_qdisc_drops_total{device="eth0",kind="mq"} 6
            huatuo_netdev_qdisc_drops_total{device="eth1",kind="fq"} 6
            huatuo_netdev_qdisc_requeues_total{device="eth0",kind="mq"} 7
            huatuo_netdev_qdisc_requeues_total{device="eth1",kind="fq"} 7
            huatuo_netdev_qdisc_overlimits_total{device="eth0",kind="mq"} 8
            huatuo_netdev_qdisc_overlimits_total{device="eth1",kind="fq"} 8
            huatuo_netdev_qdisc_current_queue_length{device="eth0",kind="mq"} 4
            huatuo_netdev_qdisc_current_queue_length{device="eth1",kind="fq"} 4
            huatuo_netdev_qdisc_backlog_bytes{device="eth0",kind="mq"} 5
            huatuo_netdev_qdisc_backlog_bytes{device="eth1",kind="fq"} 5
            """, stand.Scrape(new NetdevQdiscTracer(() => routes)));
        Assert.Equal(1, stand.Services.Skipped.Count);
        Assert.Equal([(GetLink, 16), (QdiscMessage.Request, 20)], routes.Asked.Select(asked => (asked.Type, asked.Body.Length)));
    }

    [Fact]
    public void ARefusalIsAFailure()
    {
        using var stand = new CollectorStand();
        using var routes = new ScriptedRoutes { Errno = 95 };
        Assert.Contains("EOPNOTSUPP", Assert.Throws<IOException>(() => stand.Scrape(new NetdevQdiscTracer(() => routes))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void TheKernelAnswers()
    {
        using RouteSocket socket = RouteSocket.Open();
        List<ushort> types = [];
        Assert.Equal(0, socket.Ask(GetLink, isDump: true, stackalloc byte[16], message => types.Add(message.Type)));
        Assert.NotEmpty(types);
        Assert.All(types, type => Assert.Equal(NetlinkMessage.NewLink, type));
        // A request of no kind is refused, and does not stand in the way of the next.
        Assert.NotEqual(0, socket.Ask(9999, isDump: false, [], _ => Assert.Fail("an answer")));
        Assert.Equal(0, socket.Ask(QdiscMessage.Request, isDump: true, stackalloc byte[20], _ => { }));
    }
}
