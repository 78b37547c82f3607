using Huatuo.Linux.Netlink;
using Huatuo.Tracers.Tests;

namespace Huatuo.Tracers.Network.Netdev;

public sealed class NetdevTests
{
    private const string Dev = """
        Inter-|   Receive                                                |  Transmit
         face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets errs drop fifo colls carrier compressed
            lo: 23055332  221110    0    0    0     0          0         0 23055332  221110    0    0    0     0       0          0
          eth0:1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16
        veth1a: 1 1 0 0 0 0 0 0 1 1 0 0 0 0 0 0

        """;

    [Fact]
    public void EveryNumberOfADevice()
    {
        using var stand = new CollectorStand();
        Assert.Equal("""
            huatuo_netdev_receive_bytes_total{device="eth0"} 1
            huatuo_netdev_receive_packets_total{device="eth0"} 2
            huatuo_netdev_receive_errors_total{device="eth0"} 3
            huatuo_netdev_receive_dropped_total{device="eth0"} 4
            huatuo_netdev_receive_fifo_total{device="eth0"} 5
            huatuo_netdev_receive_frame_total{device="eth0"} 6
            huatuo_netdev_receive_compressed_total{device="eth0"} 7
            huatuo_netdev_receive_multicast_total{device="eth0"} 8
            huatuo_netdev_transmit_bytes_total{device="eth0"} 9
            huatuo_netdev_transmit_packets_total{device="eth0"} 10
            huatuo_netdev_transmit_errors_total{device="eth0"} 11
            huatuo_netdev_transmit_dropped_total{device="eth0"} 12
            huatuo_netdev_transmit_fifo_total{device="eth0"} 13
            huatuo_netdev_transmit_colls_total{device="eth0"} 14
            huatuo_netdev_transmit_carrier_total{device="eth0"} 15
            huatuo_netdev_transmit_compressed_total{device="eth0"} 16
            """, stand.Write("proc/net/dev", Dev).Scrape(new NetdevTracer()));
        Assert.Equal(0, stand.Services.Skipped.Count);
    }

    [Fact]
    public void DevicesAreChosen()
    {
        using var stand = new CollectorStand();
        string page = stand.Write("proc/net/dev", Dev).Scrape(new NetdevTracer(), "device_included=lo|veth", "device_excluded=a$");
        Assert.StartsWith("huatuo_netdev_receive_bytes_total{device=\"lo\"} 23055332\nhuatuo_netdev_receive_packets_total", page, StringComparison.Ordinal);
        Assert.DoesNotContain("veth1a", page, StringComparison.Ordinal);
        Assert.DoesNotContain("eth0", page, StringComparison.Ordinal);
    }

    [Fact]
    public void AThousandDevicesAreBoundedAndBadLinesCounted()
    {
        using var stand = new CollectorStand();
        stand.Write("proc/net/dev", string.Concat(Enumerable.Range(0, 1000).Select(i => $"eth{i}: 3 2 0 0 0 0 0 0 1 1 0 0 0 0 0 0\n")) + "no device\neth: 1 2\n: 3 2 0 0 0 0 0 0 1 1 0 0 0 0 0 0\n");
        string page = stand.Scrape(new NetdevTracer());
        Assert.Contains("{device=\"eth499\"} 3\nhuatuo_netdev_receive_bytes_total{device=\"other\"} 1500\nhuatuo_netdev_receive_packets_total", page, StringComparison.Ordinal);
        Assert.Equal(501 * 16, page.Split('\n').Length);
        Assert.Equal(3, stand.Services.Skipped.Count);
    }

    [Fact]
    public void TheSameByRtnetlinkAndWhatItIsMadeOf()
    {
        using var stand = new CollectorStand();
        ulong[] numbers = [.. Enumerable.Range(0, LinkStatistics.Count).Select(i => 1UL << i)];
        byte[] Link(string name, params ulong[] statistics) => ScriptedRoutes.Message(
            NetlinkMessage.NewLink,
            [0, 0, 1, 0, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0],
            ScriptedRoutes.Attribute(3, [.. System.Text.Encoding.UTF8.GetBytes(name), 0]),
            ScriptedRoutes.Attribute(23, [.. statistics.SelectMany(BitConverter.GetBytes)]));
        using var routes = new ScriptedRoutes((18, [.. Link("eth0", numbers), .. Link("lo", numbers), .. Link("eth1", 1, 2)]));
        Assert.Equal("""
            huatuo_netdev_receive_bytes_total{device="eth0"} 4
            huatuo_netdev_receive_packets_total{device="eth0"} 1
            huatuo_netdev_receive_errors_total{device="eth0"} 16
            huatuo_netdev_receive_dropped_total{device="eth0"} 32832
            huatuo_netdev_receive_fifo_total{device="eth0"} 16384
            huatuo_netdev_receive_frame_total{device="eth0"} 15360
            huatuo_netdev_receive_compressed_total{device="eth0"} 2097152
            huatuo_netdev_receive_multicast_total{device="eth0"} 256
            huatuo_netdev_transmit_bytes_total{device="eth0"} 8
            huatuo_netdev_transmit_packets_total{device="eth0"} 2
            huatuo_netdev_transmit_errors_total{device="eth0"} 32
            huatuo_netdev_transmit_dropped_total{device="eth0"} 128
            huatuo_netdev_transmit_fifo_total{device="eth0"} 262144
            huatuo_netdev_transmit_colls_total{device="eth0"} 512
            huatuo_netdev_transmit_carrier_total{device="eth0"} 1769472
            huatuo_netdev_transmit_compressed_total{device="eth0"} 4194304
            huatuo_netdev_receive_length_errors_total{device="eth0"} 1024
            huatuo_netdev_receive_over_errors_total{device="eth0"} 2048
            huatuo_netdev_receive_crc_errors_total{device="eth0"} 4096
            huatuo_netdev_receive_frame_errors_total{device="eth0"} 8192
            huatuo_netdev_receive_missed_errors_total{device="eth0"} 32768
            huatuo_netdev_receive_nohandler_total{device="eth0"} 8388608
            huatuo_netdev_transmit_aborted_errors_total{device="eth0"} 65536
            huatuo_netdev_transmit_carrier_errors_total{device="eth0"} 131072
            huatuo_netdev_transmit_heartbeat_errors_total{device="eth0"} 524288
            huatuo_netdev_transmit_window_errors_total{device="eth0"} 1048576
            """, stand.Start(new NetdevTracer(() => routes), stand.Services with { Rung = NetdevTracer.Rtnetlink })());
        Assert.Equal(1, stand.Services.Skipped.Count);
    }

    [Fact]
    public void ThisMachineTellsTheSameBothWays()
    {
        using var stand = new CollectorStand();
        string[] names = [.. stand.Start(new NetdevTracer(), stand.Services with { Rung = NetdevTracer.Rtnetlink }, "device_excluded=")().Split('\n')];
        string[] still = ["receive_errors", "receive_fifo", "receive_frame", "transmit_errors", "transmit_carrier", "transmit_colls"];
        string file = stand.Write("proc/net/dev", File.ReadAllText("/proc/net/dev")).Scrape(new NetdevTracer(), "device_excluded=");
        string[] expected = [.. file.Split('\n').Where(line => still.Any(name => line.StartsWith($"huatuo_netdev_{name}_total", StringComparison.Ordinal)))];
        Assert.NotEmpty(expected);
        Assert.Subset(names.ToHashSet(), expected.ToHashSet());
    }
}
