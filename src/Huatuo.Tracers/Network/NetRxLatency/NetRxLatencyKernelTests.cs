using System.Text.Json;
using Huatuo.Bpf.Features;
using Huatuo.Flow.Tracing;
using Huatuo.Kernel.Tests.Harness;

namespace Huatuo.Tracers.Network.NetRxLatency;

/// <summary>Packets that are held up at each stage, and the whole documents of them: as late as the test's own clock says.</summary>
public sealed class NetRxLatencyKernelTests
{
    private const string V4 = "v4", V6 = "v6";

    private static NetRxLatencyOptions Options(Transport transport = Transport.Auto) => new()
    {
        Transport = transport,
        MaxEventsPerSecond = 0,
        DriverToNetRx = LateArrival.Threshold,
        DriverToTcp = LateArrival.Threshold,
        DriverToUserspace = LateArrival.Threshold,
    };

    [Theory]
    [InlineData(V4, Transport.RingBuffer)]
    [InlineData(V6, Transport.RingBuffer)]
    [InlineData(V4, Transport.Perf)]
    public async Task Tcp_data_whose_reader_comes_late(string version, Transport transport)
    {
        const string stage = "RX_STAGE_USERCOPY";
        await using TestNetwork network = await TestNetwork.CreateAsync();
        using TcpPair pair = await TcpPair.ConnectAsync(network, version == V6);
        await using RunningTracer tracer = await RunningTracer.StartAsync(new NetRxLatencyTracer(), Options(transport));

        (JsonElement document, LateArrival late) = await tracer.ToldAsync(stage, pair.To.Port, overhead: 0, pair.SendAndReadLateAsync);
        await tracer.StopAsync();

        ExpectedDocument expected = await new ExpectedDocument()
            .Lateness(document, late, stage, "receive", overhead: 0)
            .Endpoints("tcp", pair.From, pair.To)
            .Task(late)
            .NamespaceAsync(network.Right, document);
        expected.Segment(pair, late).Is("tracer_data.tcp_state", "ESTABLISHED").Check(document);
        Balance.Check(tracer);
    }

    // In fragments, since a datagram in one piece is copied without a tracepoint.
    [Theory]
    [InlineData(V4)]
    [InlineData(V6)]
    public async Task A_udp_datagram_whose_reader_comes_late(string version)
    {
        const string stage = "RX_STAGE_USERCOPY";
        await using TestNetwork network = await TestNetwork.CreateAsync();
        using UdpPair pair = await UdpPair.ConnectAsync(network, version == V6);
        await using RunningTracer tracer = await RunningTracer.StartAsync(new NetRxLatencyTracer(), Options());

        (JsonElement document, LateArrival late) = await tracer.ToldAsync(stage, pair.To.Port, overhead: 0, bytes => pair.SendAndReadLateAsync(network, bytes), fewest: 4000);
        await tracer.StopAsync();

        ExpectedDocument expected = await new ExpectedDocument()
            .Lateness(document, late, stage, "receive", overhead: 0)
            .Endpoints("udp", pair.From, pair.To)
            .Task(late)
            .NamespaceAsync(network.Right, document);
        expected.Check(document);
        Balance.Check(tracer);
    }

    // The reader waits for a page of its buffer and has the socket locked meanwhile.
    [Theory]
    [InlineData(V4, 20 + 12)]
    [InlineData(V6, 20 + 12)]
    public async Task A_segment_whose_socket_is_locked(string version, int headers)
    {
        string stage = version == V4 ? "RX_STAGE_TCPV4" : "RX_STAGE_TCPV6";
        await using TestNetwork network = await TestNetwork.CreateAsync();
        using TcpPair pair = await TcpPair.ConnectAsync(network, version == V6);
        using UdpPair behind = await UdpPair.ConnectAsync(network, version == V6);
        await using RunningTracer tracer = await RunningTracer.StartAsync(new NetRxLatencyTracer(), Options());

        (JsonElement document, LateArrival late) = await tracer.ToldAsync(stage, pair.To.Port, headers, async bytes =>
        {
            using var page = new FaultingPage();
            Task<(long Received, int Tid)> reading = pair.ReceiveAsync(page);
            (long sending, long sent, long letting) = await network.Left.RunAsync(
                () =>
                {
                    pair.Send(1);
                    page.AwaitFault();
                    long sending = LateArrival.Now;
                    pair.Send(bytes);
                    // The same CPU takes up this one after the segment.
                    behind.Send(1);
                    behind.Receive(1);
                    long sent = LateArrival.Now;
                    LateArrival.Wait();
                    long letting = LateArrival.Now;
                    page.Supply();
                    return (sending, sent, letting);
                },
                cpu: 0);
            (long received, int tid) = await reading;
            var late = LateArrival.Of(bytes, sending, sent, letting, received, tid);
            pair.Receive(bytes);
            return late;
        });
        await tracer.StopAsync();

        ExpectedDocument expected = await new ExpectedDocument()
            .Lateness(document, late, stage, "receive", headers)
            .Endpoints("tcp", pair.From, pair.To)
            .Task(late)
            .NamespaceAsync(network.Right, document);
        expected.Segment(pair, late).Is("tracer_data.tcp_state", "ESTABLISHED").Check(document);
        Balance.Check(tracer);
    }

    // Another CPU is to take the packets, and takes no interrupt for a while.
    [Theory]
    [InlineData(V4, 20 + 8)]
    [InlineData(V6, 40 + 8)]
    public async Task A_datagram_on_the_backlog_of_a_busy_cpu(string version, int headers)
    {
        const string stage = "RX_STAGE_NETIF";
        const int sender = 0, busy = 1;
        await using TestNetwork network = await TestNetwork.CreateAsync();
        network.Right.SteerPackets(busy);
        using UdpPair pair = await UdpPair.ConnectAsync(network, version == V6);
        await using RunningTracer tracer = await RunningTracer.StartAsync(new NetRxLatencyTracer(), Options());

        (JsonElement document, LateArrival late) = await tracer.ToldAsync(
            stage, pair.To.Port, headers,
            bytes => network.Left.RunAsync(() => SpinningCpu.InInterruptWhile(busy, bytes, pair.Send, pair.Receive), sender));
        await tracer.StopAsync();

        ExpectedDocument expected = await new ExpectedDocument()
            .Lateness(document, late, stage, "receive", headers)
            .Endpoints("udp", pair.From, pair.To)
            .Softirq(busy, document)
            .Is("tracer_data.netdev_name", network.Right.Device)
            .NamespaceAsync(network.Right, document);
        expected.Check(document);
        Balance.Check(tracer);
    }

    // TCP stamps what it sends with the time of departure, by the monotonic clock (5.18); within a machine that stays.
    [Theory]
    [InlineData(V4, 20 + 20 + 12)]
    [InlineData(V6, 40 + 20 + 12)]
    public async Task A_segment_from_this_machine_on_the_backlog_of_a_busy_cpu(string version, int headers)
    {
        const string stage = "RX_STAGE_NETIF";
        const int sender = 0, busy = 1;
        await using TestNetwork network = await TestNetwork.CreateAsync();
        network.Right.SteerPackets(busy);
        using TcpPair pair = await TcpPair.ConnectAsync(network, version == V6);
        await using RunningTracer tracer = await RunningTracer.StartAsync(new NetRxLatencyTracer(), Options());

        (JsonElement document, LateArrival late) = await tracer.ToldAsync(
            stage, pair.To.Port, headers,
            bytes => network.Left.RunAsync(() => SpinningCpu.InInterruptWhile(busy, bytes, pair.Send, pair.Receive), sender));
        await tracer.StopAsync();

        ExpectedDocument expected = await new ExpectedDocument()
            .Lateness(document, late, stage, KernelHasDepartureStamps ? "departure" : "receive", headers)
            .Endpoints("tcp", pair.From, pair.To)
            .Softirq(busy, document)
            .Is("tracer_data.netdev_name", network.Right.Device)
            .NamespaceAsync(network.Right, document);
        expected.Segment(pair, late).Check(document);
        Balance.Check(tracer);
    }

    private static bool KernelHasDepartureStamps
    {
        get
        {
            using KernelBtf? btf = KernelBtf.TryOpen();
            return btf!.TryMemberOffset("sk_buff", "tstamp_type", out _) || btf.TryMemberOffset("sk_buff", "mono_delivery_time", out _);
        }
    }
}
