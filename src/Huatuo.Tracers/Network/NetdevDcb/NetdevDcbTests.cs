using Huatuo.Linux.Netlink;
using Huatuo.Tracers.Tests;
using static Huatuo.Tracers.Tests.ScriptedRoutes;

namespace Huatuo.Tracers.Network.NetdevDcb;

public sealed class NetdevDcbTests
{
    private static readonly byte[] Answer = Message(
        PriorityFlowControl.Request,
        [0, 21, 0, 0],
        Attribute(1, [.. "eth0\0"u8]),
        Attribute(0x800d, [.. Attribute(1, new byte[60]), .. Attribute(2, [8, 255, 0, 0, 0, 0, 0, 0, .. Enumerable.Range(0, 16).SelectMany(number => BitConverter.GetBytes((ulong)number + 100))])]));

    [Fact]
    public void BothDirectionsOfEachPriority()
    {
        using var stand = new CollectorStand();
        using var routes = new ScriptedRoutes((PriorityFlowControl.Request, Answer));
        stand.Write("sys/class/net/eth0/mtu", "1500\n").Write("sys/class/net/lo/mtu", "1500\n");
        string[] lines = stand.Scrape(new NetdevDcbTracer(() => routes)).Split('\n');
        Assert.Equal(
            Enumerable.Range(0, 8).Select(priority => $"huatuo_netdev_dcb_pfc_sent_total{{device=\"eth0\",priority=\"{priority}\"}} {100 + priority}")
                .Concat(Enumerable.Range(0, 8).Select(priority => $"huatuo_netdev_dcb_pfc_received_total{{device=\"eth0\",priority=\"{priority}\"}} {108 + priority}")),
            lines);
        (ushort type, byte[] body) = Assert.Single(routes.Asked);
        Assert.Equal(PriorityFlowControl.Request, type);
        Assert.Equal([0, 21, 0, 0, 9, 0, 1, 0, .. "eth0\0\0\0\0"u8], body);
    }

    [Fact]
    public void DevicesWithoutItAreLeftOut()
    {
        using var stand = new CollectorStand();
        using var routes = new ScriptedRoutes { Errno = 95 };
        Assert.Equal("", stand.Write("sys/class/net/eth0/mtu", "1500\n").Scrape(new NetdevDcbTracer(() => routes)));
    }

    [Fact]
    public void EveryCutAnswerIsNone()
    {
        ulong[] sent = new ulong[PriorityFlowControl.Priorities], received = new ulong[PriorityFlowControl.Priorities];
        for (int length = 0; length < Answer.Length - 16; length++)
            Assert.False(PriorityFlowControl.TryRead(Answer.AsSpan(16, length), sent, received));
        Assert.True(PriorityFlowControl.TryRead(Answer.AsSpan(16), sent, received));
    }
}
