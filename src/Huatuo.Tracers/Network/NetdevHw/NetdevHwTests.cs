using System.Text;
using Huatuo.Linux.Netlink;
using Huatuo.Tracers.Tests;
using static Huatuo.Tracers.Tests.ScriptedRoutes;

namespace Huatuo.Tracers.Network.NetdevHw;

/// <summary>What devices and the stack count to metrics, without a kernel.</summary>
public sealed class NetdevHwTests : IDisposable
{
    private const ushort GetLink = 18;
    private readonly CollectorStand _stand = new();
    private readonly Stack _stack = new();
    private byte[] _links = [];

    public void Dispose() => _stand.Dispose();

    [Fact]
    public void HardwareIsShownWithoutWhatTheStackDropped()
    {
        _stand.Link("sys/class/net/eth0/device/driver", "../../../bus/virtio/drivers/virtio_net");
        _links = [.. Link(1, "lo", "", 772, 9, 9), .. Link(2, "eth0", "", 1, 100, 7), .. Link(3, "veth1", "veth", 1, 50, 0), .. Link(4, "eth1", "", 1, 5, 0), .. Message(NetlinkMessage.NewLink, Words(1))];
        (_stack.Drops[2], _stack.Drops[4]) = (30, 8);
        Assert.Equal("""
            huatuo_netdev_hw_receive_dropped_total{device="eth0",driver="virtio_net"} 70
            huatuo_netdev_hw_receive_dropped_total{device="eth1",driver=""} 0
            huatuo_netdev_hw_receive_missed_total{device="eth0",driver="virtio_net"} 7
            huatuo_netdev_hw_receive_missed_total{device="eth1",driver=""} 0
            huatuo_netdev_hw_stack_dropped_total{device="eth0",driver="virtio_net"} 30
            huatuo_netdev_hw_stack_dropped_total{device="eth1",driver=""} 8
            """, Start(new NetdevHwOptions())());
        Assert.Equal(1, _stand.Services.Skipped.Count);
    }

    [Fact]
    public void SoftwareIsShownWhenItIsNamed()
    {
        _links = [.. Link(2, "eth0", "", 1, 100, 7), .. Link(3, "veth1", "veth", 1, 50, 0), .. Link(4, "veth2", "veth", 1, 50, 0)];
        Assert.Equal("""
            huatuo_netdev_hw_receive_dropped_total{device="veth1",driver="veth"} 50
            huatuo_netdev_hw_receive_missed_total{device="veth1",driver="veth"} 0
            huatuo_netdev_hw_stack_dropped_total{device="veth1",driver="veth"} 0
            """, Start(new NetdevHwOptions { DeviceIncluded = "^veth", DeviceExcluded = "2$" })());
    }

    [Fact]
    public void TheCounterNeverFallsUntilTheDriverBeginsAnew()
    {
        Func<string> scrape = Start(new NetdevHwOptions());
        string First(ulong total, ulong stack)
        {
            _links = Link(2, "eth0", "", 1, total, 0);
            _stack.Drops[2] = stack;
            return scrape().Split('\n')[0].Split(' ')[1];
        }
        Assert.Equal("70", First(100, 30));
        // Between the two readings the stack dropped five more.
        Assert.Equal("70", First(100, 35));
        Assert.Equal("71", First(106, 35));
        Assert.Equal("2", First(37, 35));
    }

    [Fact]
    public void ADeviceThatIsGoneOrRenamedIsNotShown()
    {
        Func<string> scrape = Start(new NetdevHwOptions());
        _links = Link(2, "eth0", "", 1, 3, 0);
        Assert.Contains("eth0", scrape(), StringComparison.Ordinal);
        _links = Link(2, "lan0", "", 1, 3, 0);
        Assert.DoesNotContain("eth0", scrape(), StringComparison.Ordinal);
        _stack.Gone = 2;
        Assert.Equal("", scrape());
    }

    private Func<string> Start(NetdevHwOptions options)
    {
        var run = new NetdevHwRun(options, _stand.Services, new Routes(() => _links), 0, _stack);
        return () =>
        {
            var page = new MetricPage(new NetdevHwTracer());
            run.Write(page);
            return page.Text.TrimEnd('\n');
        };
    }

    private static byte[] Link(int index, string name, string kind, ushort type, ulong dropped, ulong missed)
    {
        ulong[] numbers = new ulong[LinkStatistics.Count];
        (numbers[LinkStatistics.ReceiveDropped], numbers[LinkStatistics.ReceiveMissed]) = (dropped, missed);
        return Message(
            NetlinkMessage.NewLink,
            [0, 0, .. BitConverter.GetBytes(type), .. BitConverter.GetBytes(index), 0, 0, 0, 0, 0, 0, 0, 0],
            Attribute(3, [.. Encoding.UTF8.GetBytes(name), 0]),
            Attribute(23, [.. numbers.SelectMany(BitConverter.GetBytes)]),
            kind.Length > 0 ? Attribute(18, Attribute(1, [.. Encoding.UTF8.GetBytes(kind), 0])) : []);
    }

    private sealed class Stack : IStackDrops
    {
        internal Dictionary<int, ulong> Drops { get; } = [];

        internal int Gone { get; set; }

        public bool TryRead(int ifindex, out ulong dropped)
        {
            dropped = Drops.GetValueOrDefault(ifindex);
            return ifindex != Gone;
        }
    }

    private sealed class Routes(Func<byte[]> links) : IRouteSource
    {
        public int Ask(ushort type, bool isDump, ReadOnlySpan<byte> body, NetlinkHandler each) => new ScriptedRoutes((GetLink, links())).Ask(type, isDump, body, each);

        public void Dispose()
        {
        }
    }
}
