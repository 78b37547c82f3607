using System.Net.Sockets;
using System.Text.Json;
using Huatuo.Kernel.Tests.Harness;
using Huatuo.Tracers.Network.Dropwatch;

namespace Huatuo.Tracers.Network.TcpRetransmit;

/// <summary>Where the first transmission was lost, with <c>dropwatch</c> beside.</summary>
public sealed class TcpRetransmitDropsKernelTests : IAsyncLifetime
{
    private TestNetwork _network = null!;
    private RunningTracer _drops = null!;
    private RunningTracer _retransmits = null!;

    public async ValueTask InitializeAsync()
    {
        _network = await TestNetwork.CreateAsync();
        _drops = await RunningTracer.StartAsync(new DropwatchTracer(), new DropwatchOptions { MaxEventsPerSecond = 0 });
        _retransmits = await RunningTracer.StartAsync(
            new TcpRetransmitTracer(), new TcpRetransmitOptions { Enabled = true, MaxEventsPerSecond = 0 }, drops: _drops.Services.Drops);
    }

    public async ValueTask DisposeAsync()
    {
        if (_retransmits is not null)
            await _retransmits.DisposeAsync();
        if (_drops is not null)
            await _drops.DisposeAsync();
        if (_network is not null)
            await _network.DisposeAsync();
    }

    private Task<JsonElement> RetransmitAsync(string reason, int port = TcpLink.Port) => _retransmits.Sink.WaitAsync(
        document => document.Data().Text("net_namespace_inum") == _network.Left.Inum && document.Data().Text("tcp_reason") == reason
            && document.Data().Text("tcp_dport") == $"{port}",
        reason);

    private Task<JsonElement> DropAsync(NetworkNamespace where, Func<JsonElement, bool> which) => _drops.Sink.WaitAsync(
        document => document.Data().Text("net_namespace_inum") == where.Inum && document.Data().Text("stack").Contains("nf_hook_slow+", StringComparison.Ordinal) && which(document.Data().GetProperty("layers").GetProperty("tcp")),
        "the drop");

    private static bool Has(JsonElement tcp, string field, JsonElement retransmit, string same) => tcp.Text(field) == retransmit.Data().Text(same);

    [Fact]
    public async Task A_loss_in_this_host_is_told_from_one_beyond_it()
    {
        await _network.RulesAsync(NetfilterRules.Drop($"tcp dport {TcpLink.Port}"));
        DateTimeOffset before = TimeProvider.System.GetUtcNow();
        using TcpLink link = await TcpLink.BeginAsync(_network, v6: true);
        JsonElement document = await RetransmitAsync("RTO");
        JsonElement drop = await DropAsync(_network.Right, tcp => Has(tcp, "seq", document, "tcp_seq"));
        new ExpectedRetransmit("RTO", "connect", "SYN_SENT") { Pending = "0", CaState = 4, DropLocation = "host_software", Drop = ("segment", drop, _drops) }
            .Check(document, link, _network, before);

        // By now all drops of the last second are known.
        const int port = 7101;
        using SilentDevice device = await _network.Left.RunAsync(() => new SilentDevice("silent", "10.198.0.1/24"));
        using Socket client = await _network.Left.RunAsync(() =>
        {
            var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { Blocking = false };
            Assert.Throws<SocketException>(() => socket.Connect("10.198.0.2", port));
            return socket;
        });
        document = await RetransmitAsync("RTO", port);
        Assert.Equal(("10.198.0.2", "network_or_host_hardware", ""), (document.Data().Text("tcp_daddr"), document.Data().Text("drop_location"), document.Data().Text("drop_reason")));
    }

    [Fact]
    public async Task A_loss_is_known_although_its_retransmission_follows_at_once()
    {
        await _network.RulesAsync(NetfilterRules.Drop($"tcp dport {TcpLink.Port} meta length > 500", times: 1));
        using TcpLink link = await TcpLink.CreateAsync(_network, v6: false);
        DateTimeOffset before = TimeProvider.System.GetUtcNow();
        await link.SendAsync(600, 100, 100, 100, 100, 100);
        JsonElement document = await RetransmitAsync("fast_retransmit");
        JsonElement drop = await DropAsync(_network.Right, tcp => Has(tcp, "seq", document, "tcp_seq"));
        new ExpectedRetransmit("fast_retransmit", "data", "ESTABLISHED") { CaState = 3, DropLocation = "host_software", Drop = ("segment", drop, _drops) }
            .Check(document, link, _network, before);
    }

    [Fact]
    public async Task A_lost_acknowledgement_is_told_from_a_lost_segment()
    {
        using TcpLink link = await TcpLink.CreateAsync(_network, v6: true);
        await _network.Left.RunAsync(() => Command.Run(NetfilterRules.Drop($"tcp sport {TcpLink.Port}", times: 1), "nft", "-f", "-"));
        DateTimeOffset before = TimeProvider.System.GetUtcNow();
        await link.SendAsync(100);
        JsonElement document = await RetransmitAsync("TLP");
        JsonElement drop = await DropAsync(_network.Left, tcp => Has(tcp, "ack_seq", document, "tcp_end_seq"));
        new ExpectedRetransmit("TLP", "data", "ESTABLISHED") { Pending = "5", DropLocation = "host_software", Drop = ("acknowledgement", drop, _drops) }
            .Check(document, link, _network, before);
    }
}
