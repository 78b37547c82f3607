using System.Globalization;
using Huatuo.Bpf;
using Huatuo.Flow.Tracing;
using Huatuo.Kernel.Tests.Harness;
using Huatuo.Tracers.Tests;

namespace Huatuo.Tracers.Network.NetdevHw;

/// <summary>A device whose packets the stack drops, and one whose driver drops them.</summary>
public sealed class NetdevHwKernelTests
{
    private const int Frames = 40;
    private const string Ifb = "ifbtest";

    [Fact]
    public async Task What_the_stack_dropped_is_left_out()
    {
        await using RunningTracer tracer = await RunningTracer.StartAsync(new NetdevHwTracer(), new NetdevHwOptions { Enabled = true });
        await using TestNetwork network = await TestNetwork.CreateAsync();
        const string veth = "{device=\"vright\",driver=\"veth\"}";
        await network.Left.RunAsync(() => RawFrames.Send(network.Left.Ifindex, Frames));
        MetricPage page = await network.Right.RunAsync(() => Scrape(tracer.Services, "^vright$", page => page["huatuo_netdev_hw_stack_dropped_total" + veth] >= Frames));
        Assert.Equal(0, page["huatuo_netdev_hw_receive_dropped_total" + veth]);
        Assert.Equal(0, page["huatuo_netdev_hw_receive_missed_total" + veth]);
        Assert.Equal(page["huatuo_netdev_hw_stack_dropped_total" + veth], await network.Right.RunAsync(() => Dropped("vright")));
    }

    [Fact]
    public async Task What_the_driver_dropped_is_shown()
    {
        await using RunningTracer tracer = await RunningTracer.StartAsync(new NetdevHwTracer(), new NetdevHwOptions { Enabled = true });
        await using TestNetwork network = await TestNetwork.CreateAsync();
        // A device of this kind drops what was not sent to it by a rule of tc (drivers/net/ifb.c: ifb_xmit).
        const string ifb = $"{{device=\"{Ifb}\",driver=\"ifb\"}}";
        int index = await network.Right.RunAsync(() =>
        {
            try
            {
                Command.Run("", "ip", "link", "add", Ifb, "type", "ifb");
            }
            catch (InvalidOperationException refused) when (refused.Message.Contains("Unknown device type", StringComparison.Ordinal))
            {
                Assert.Skip("this kernel lacks ifb devices (CONFIG_IFB)");
            }
            Command.Run("", "ip", "link", "set", Ifb, "addrgenmode", "none");
            Command.Run("", "ip", "link", "set", Ifb, "up");
            return int.Parse(Command.Run("", "ip", "-o", "link", "show", "dev", Ifb).Split(':')[0], CultureInfo.InvariantCulture);
        });
        await network.Right.RunAsync(() => RawFrames.Send(index, Frames));
        double before = await network.Right.RunAsync(() => Dropped(Ifb));
        MetricPage page = await network.Right.RunAsync(() => Scrape(tracer.Services, $"^{Ifb}$", _ => true));
        double after = await network.Right.RunAsync(() => Dropped(Ifb));
        Assert.InRange(before, Frames, double.MaxValue);
        Assert.InRange(page["huatuo_netdev_hw_receive_dropped_total" + ifb], before, after);
        Assert.Equal(0, page["huatuo_netdev_hw_stack_dropped_total" + ifb]);
    }

    // In the namespace of the calling thread; what was sent may still be on its way.
    private static MetricPage Scrape(TracerServices services, string devices, Func<MetricPage, bool> arrived)
    {
        var definition = new NetdevHwTracer();
        using var run = (NetdevHwRun)definition.Create(new NetdevHwOptions { DeviceIncluded = devices }, services);
        using BpfObject opened = run.Open();
        opened.Load();
        run.Loaded();
        for (int look = 0; ; look++)
        {
            var page = new MetricPage(definition);
            run.Write(page);
            if (arrived(page))
                return page;
            Assert.True(look < 3000, page.Text);
            TestContext.Current.CancellationToken.WaitHandle.WaitOne(10);
        }
    }

    private static double Dropped(string device)
    {
        string[] lines = Command.Run("", "ip", "-s", "link", "show", "dev", device).Split('\n');
        int heading = Array.FindIndex(lines, line => line.Contains("RX:", StringComparison.Ordinal));
        string[] names = lines[heading].Split(' ', StringSplitOptions.RemoveEmptyEntries), values = lines[heading + 1].Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return double.Parse(values[Array.IndexOf(names, "dropped") - 1], CultureInfo.InvariantCulture);
    }
}
