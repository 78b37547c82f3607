using Huatuo.Kernel.Tests.Harness;

namespace Huatuo.Tracers.Network.NetRxLatency;

/// <summary>What is not told: packets in time, those of the host's namespace, and those that nobody waits for.</summary>
public sealed class NetRxLatencyFilterKernelTests
{
    private static NetRxLatencyOptions Options => new()
    {
        MaxEventsPerSecond = 0,
        DriverToNetRx = LateArrival.Threshold,
        DriverToTcp = LateArrival.Threshold,
        DriverToUserspace = LateArrival.Threshold,
    };

    [Fact]
    public async Task Packets_in_time_are_filtered()
    {
        TimeSpan hour = TimeSpan.FromHours(1);
        await using TestNetwork network = await TestNetwork.CreateAsync();
        using TcpPair pair = await TcpPair.ConnectAsync(network, v6: false);
        await using RunningTracer tracer = await RunningTracer.StartAsync(
            new NetRxLatencyTracer(), new NetRxLatencyOptions { DriverToNetRx = hour, DriverToTcp = hour, DriverToUserspace = hour });
        const int packets = 20, stages = 3;
        for (int i = 0; i < packets; i++)
        {
            pair.Send(1);
            pair.Receive(1);
        }
        await tracer.StopAsync();

        tracer.Sink.CheckSilent();
        Assert.InRange(tracer.Ledger.Kernel.Read().Filtered, (ulong)(packets * stages), ulong.MaxValue);
        Balance.Check(tracer);
    }

    [Fact]
    public async Task The_namespace_of_the_host_is_left_out_unless_asked_for()
    {
        await using TestNetwork network = await TestNetwork.CreateAsync();
        using TcpPair inside = await TcpPair.ConnectAsync(network, v6: false);
        using TcpPair host = await TcpPair.OnLoopbackAsync();
        await using (RunningTracer tracer = await RunningTracer.StartAsync(new NetRxLatencyTracer(), Options))
        {
            await UserCopyAsync(tracer, inside);
            await host.SendAndReadLateAsync(bytes: 1);
            await tracer.StopAsync();
            tracer.Sink.CheckSilent(document => document.To(host.To.Port));
            Balance.Check(tracer);
        }
        NetRxLatencyOptions all = Options;
        all.ExcludedHostNetnamespace = false;
        await using RunningTracer both = await RunningTracer.StartAsync(new NetRxLatencyTracer(), all);
        await UserCopyAsync(both, host);
    }

    [Fact]
    public async Task A_late_sniffer_is_no_late_reader()
    {
        await using TestNetwork network = await TestNetwork.CreateAsync();
        using TcpPair marker = await TcpPair.ConnectAsync(network, v6: false);
        using UdpPair pair = await UdpPair.ConnectAsync(network, v6: false);
        await using RunningTracer tracer = await RunningTracer.StartAsync(new NetRxLatencyTracer(), Options);
        await UserCopyAsync(tracer, marker);
        using PacketTap tap = await network.Right.RunAsync(() => new PacketTap());

        pair.Send(1234);
        pair.Receive(1234);
        LateArrival.Wait();
        DateTimeOffset sniffing = TimeProvider.System.GetUtcNow();
        tap.Next(frame => frame.Length == 14 + 20 + 8 + 1234);
        await tracer.StopAsync();

        tracer.Sink.CheckSilent(document => document.To(pair.To.Port) && ExpectedEnvelope.At(document.Text("observed_timestamp")) >= sniffing);
        Balance.Check(tracer);
    }

    private static async Task UserCopyAsync(RunningTracer tracer, TcpPair pair) =>
        await tracer.ToldAsync("RX_STAGE_USERCOPY", pair.To.Port, overhead: 0, pair.SendAndReadLateAsync);
}
