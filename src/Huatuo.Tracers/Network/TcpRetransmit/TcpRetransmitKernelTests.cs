using System.Net.Sockets;
using System.Text.Json;
using Huatuo.Flow.Tracing;
using Huatuo.Kernel.Tests.Harness;

namespace Huatuo.Tracers.Network.TcpRetransmit;

/// <summary>Segments that netfilter makes TCP send again, for each reason, against the frames on the wire.</summary>
public sealed class TcpRetransmitKernelTests
{
    private const string BtfRung = "tp_btf/tcp_retransmit_skb+tp_btf/tcp_retransmit_synack";
    private const string TracepointRung = "tp/tcp/tcp_retransmit_skb+tp/tcp/tcp_retransmit_synack";

    public static TheoryData<string, Transport, bool> Ways { get; } = new()
    {
        { BtfRung, Transport.RingBuffer, false },
        { BtfRung, Transport.Perf, true },
        { TracepointRung, Transport.RingBuffer, true },
        { TracepointRung, Transport.Perf, false },
    };

    private static Task<RunningTracer> StartAsync(string hook = "auto", Transport transport = Transport.Auto) => RunningTracer.StartAsync(
        new TcpRetransmitTracer(), new TcpRetransmitOptions { Enabled = true, Hook = hook, Transport = transport, MaxEventsPerSecond = 0 });

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task A_syn_that_is_dropped_is_sent_again(string hook, Transport transport, bool v6)
    {
        await using TestNetwork network = await TestNetwork.CreateAsync();
        await network.RulesAsync(NetfilterRules.Drop($"tcp dport {TcpLink.Port}"));
        await using RunningTracer tracer = await StartAsync(hook, transport);
        Assert.Equal(hook, tracer.Runner.Rung);
        DateTimeOffset before = TimeProvider.System.GetUtcNow();
        using TcpLink link = await TcpLink.BeginAsync(network, v6);

        JsonElement document = await tracer.Sink.WaitAsync(candidate => Is(candidate, network, "connect", "RTO"), "the SYN");

        Assert.Equal("SYN", new ExpectedRetransmit("RTO", "connect", "SYN_SENT") { Pending = "0", CaState = 4 }.Check(document, link, network, before));
        await tracer.StopAsync();
        Balance.Check(tracer);
    }

    [Theory]
    [InlineData(BtfRung, false)]
    [InlineData(BtfRung, true)]
    [InlineData(TracepointRung, true)]
    public async Task A_syn_ack_that_is_dropped_is_sent_again(string hook, bool v6)
    {
        await using TestNetwork network = await TestNetwork.CreateAsync();
        await network.Left.RunAsync(() => Command.Run(NetfilterRules.Drop($"tcp sport {TcpLink.Port}"), "nft", "-f", "-"));
        await using RunningTracer tracer = await StartAsync(hook);
        DateTimeOffset before = TimeProvider.System.GetUtcNow();
        using TcpLink link = await TcpLink.BeginAsync(network, v6);

        JsonElement document = await tracer.Sink.WaitAsync(candidate => IsSynAck(candidate, network), "the SYN-ACK");

        Assert.Equal("SYN,ACK", new ExpectedRetransmit("RTO", "connect", "NEW_SYN_RECV") { IsSynAck = true }.Check(document, link, network, before));
    }

    [Fact]
    public async Task A_syn_ack_whose_acknowledgement_came_is_sent_again_for_nothing()
    {
        await using TestNetwork network = await TestNetwork.CreateAsync();
        await using RunningTracer tracer = await StartAsync();
        DateTimeOffset before = TimeProvider.System.GetUtcNow();
        using TcpLink link = await TcpLink.BeginAsync(network, v6: false, deferAccept: true);

        JsonElement document = await tracer.Sink.WaitAsync(candidate => IsSynAck(candidate, network), "the SYN-ACK");

        Assert.Equal("SYN,ACK", new ExpectedRetransmit("spurious", "connect", "NEW_SYN_RECV") { IsSynAck = true }.Check(document, link, network, before));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Data_and_the_end_that_are_dropped_once_are_sent_again_after_the_timeout(bool v6)
    {
        await using TestNetwork network = await TestNetwork.CreateAsync();
        await network.RulesAsync(NetfilterRules.Drop($"tcp dport {TcpLink.Port} meta length > 500", times: 1));
        await network.Left.RunAsync(() => File.WriteAllText("/proc/sys/net/ipv4/tcp_early_retrans", "0"));
        await using RunningTracer tracer = await StartAsync();
        using TcpLink link = await TcpLink.CreateAsync(network, v6);

        DateTimeOffset before = TimeProvider.System.GetUtcNow();
        await link.SendAsync(600);
        JsonElement document = await tracer.Sink.WaitAsync(candidate => Is(candidate, network, "data", "RTO"), "the segment");
        Assert.Equal("PSH,ACK", new ExpectedRetransmit("RTO", "data", "ESTABLISHED") { Pending = "0", CaState = 4 }.Check(document, link, network, before));

        await network.RulesAsync("flush ruleset\n" + NetfilterRules.Drop($"tcp dport {TcpLink.Port} tcp flags & fin == fin", times: 1));
        before = TimeProvider.System.GetUtcNow();
        link.Client.Shutdown(SocketShutdown.Send);
        document = await tracer.Sink.WaitAsync(candidate => Is(candidate, network, "close", "RTO"), "the FIN");
        Assert.Equal("FIN,ACK", new ExpectedRetransmit("RTO", "close", "FIN_WAIT1") { Pending = "0", CaState = 4 }.Check(document, link, network, before));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_hole_is_filled_at_once(bool v6)
    {
        await using TestNetwork network = await TestNetwork.CreateAsync();
        await network.RulesAsync(NetfilterRules.Drop($"tcp dport {TcpLink.Port} meta length > 500", times: 1));
        await using RunningTracer tracer = await StartAsync();
        using TcpLink link = await TcpLink.CreateAsync(network, v6);

        DateTimeOffset before = TimeProvider.System.GetUtcNow();
        await link.SendAsync(600, 100, 100, 100, 100, 100);
        JsonElement document = await tracer.Sink.WaitAsync(candidate => Is(candidate, network, "data", "fast_retransmit"), "the hole");
        Assert.Equal("PSH,ACK", new ExpectedRetransmit("fast_retransmit", "data", "ESTABLISHED") { CaState = 3 }.Check(document, link, network, before));
    }

    [Fact]
    public async Task A_tail_is_probed_and_a_connection_that_had_duplicates_is_prone_to_them()
    {
        await using TestNetwork network = await TestNetwork.CreateAsync();
        await network.RulesAsync(NetfilterRules.Drop($"tcp dport {TcpLink.Port} meta length > 500", times: 1));
        await using RunningTracer tracer = await StartAsync();
        using TcpLink link = await TcpLink.CreateAsync(network, v6: false);
        await network.Left.RunAsync(() => Command.Run(NetfilterRules.Drop($"tcp sport {TcpLink.Port}", times: 1), "nft", "-f", "-"));

        DateTimeOffset before = TimeProvider.System.GetUtcNow();
        await link.SendAsync(100);
        JsonElement document = await tracer.Sink.WaitAsync(candidate => Is(candidate, network, "data", "TLP"), "the tail");
        Assert.Equal("PSH,ACK", new ExpectedRetransmit("TLP", "data", "ESTABLISHED") { Pending = "5", CaState = 0 }.Check(document, link, network, before));

        // The answer to the probe says that the segment came twice.
        link.AwaitAcknowledged((uint)document.Data().GetProperty("tcp_end_seq").GetInt64());
        before = TimeProvider.System.GetUtcNow();
        await link.SendAsync(600, 100, 100, 100, 100, 100);
        document = await tracer.Sink.WaitAsync(candidate => Is(candidate, network, "data", "reorder_prone_fast"), "the hole");
        Assert.Equal("PSH,ACK", new ExpectedRetransmit("reorder_prone_fast", "data", "ESTABLISHED") { CaState = 3, DsackDups = 1 }.Check(document, link, network, before));
    }

    private static bool Is(JsonElement document, TestNetwork network, string phase, string reason)
    {
        JsonElement data = document.Data();
        return data.Text("net_namespace_inum") == network.Left.Inum && data.Text("phase") == phase && data.Text("tcp_reason") == reason;
    }

    private static bool IsSynAck(JsonElement document, TestNetwork network) =>
        document.Data().Text("net_namespace_inum") == network.Right.Inum && document.Data().Text("event_type") == "tcp_retransmit_synack";
}
