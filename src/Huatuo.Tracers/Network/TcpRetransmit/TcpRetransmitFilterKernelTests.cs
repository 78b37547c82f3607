using System.Text.Json;
using Huatuo.Bpf.Abi;
using Huatuo.Bpf.Filters;
using Huatuo.Kernel.Tests.Harness;

namespace Huatuo.Tracers.Network.TcpRetransmit;

/// <summary>Pcap expressions about a SYN that is sent again: a tracer without a filter tells when it was.</summary>
public sealed class TcpRetransmitFilterKernelTests
{
    [Theory]
    [InlineData("tp_btf", false, "dst host 10.199.0.2 and dst port 7100 and not src port 7100")]
    [InlineData("tp_btf", false, "tcp[tcpflags] = tcp-syn and tcp[8:4] = 0 and tcp[4:4] != 0 and ip[2:2] = 40 and len = 40")]
    [InlineData("tp_btf", true, "ip6 and src net fd99::/64 and dst host fd99::2 and tcp dst port 7100")]
    [InlineData("tp/tcp", true, "tcp and ip6[53] = tcp-syn and ip6[4:2] = 20 and len = 60")]
    public Task A_segment_that_matches_is_told(string rung, bool v6, string expression) => CheckAsync(rung, v6, expression, matches: true);

    [Theory]
    [InlineData("tp_btf", false, "port 7101")]
    [InlineData("tp_btf", false, "ip6 or udp or dst host 10.199.0.1")]
    [InlineData("tp_btf", true, "ip")]
    [InlineData("tp/tcp", true, "tcp src port 7100 or len > 60")]
    public Task One_that_does_not_is_counted(string rung, bool v6, string expression) => CheckAsync(rung, v6, expression, matches: false);

    [Fact]
    public async Task A_question_about_Ethernet_is_refused()
    {
        await using RunningTracer tracer = await RunningTracer.SettleAsync(new TcpRetransmitTracer(), Options("ether src 02:00:00:00:00:01", "tp/tcp"));
        Assert.Contains("filter: asks for an Ethernet header", tracer.Runner.LastError);
    }

    private static async Task CheckAsync(string rung, bool v6, string expression, bool matches)
    {
        await using TestNetwork network = await TestNetwork.CreateAsync();
        await network.RulesAsync(NetfilterRules.Drop($"tcp dport {TcpLink.Port}"));
        await using RunningTracer filtered = await RunningTracer.StartAsync(new TcpRetransmitTracer(), Options(expression, rung));
        await using RunningTracer all = await RunningTracer.StartAsync(new TcpRetransmitTracer(), Options("", rung));
        using TcpLink link = await TcpLink.BeginAsync(network, v6);
        await all.Sink.WaitAsync(candidate => IsIn(candidate, network), "the SYN");
        await all.StopAsync();
        await filtered.StopAsync();

        if (matches)
            await filtered.Sink.WaitAsync(document => IsIn(document, network), "the SYN that matches");
        else
            filtered.Sink.CheckSilent(document => IsIn(document, network));
        LedgerCounters end = filtered.Ledger.Kernel.Read();
        Assert.Equal(end.Hits, end.Filtered + end.Submitted);
        Assert.True(matches || end.Filtered > 0, "nothing was filtered");
        Balance.Check(filtered);
    }

    private static bool IsIn(JsonElement document, TestNetwork network) => document.Data().Text("net_namespace_inum") == network.Left.Inum;

    private static TcpRetransmitOptions Options(string expression, string rung)
    {
        PacketFilter? filter = null;
        if (expression.Length > 0)
            Assert.True(PacketFilter.TryCompile(expression, out filter, out string? error), error);
        return new TcpRetransmitOptions { Enabled = true, Filter = filter, MaxEventsPerSecond = 0, Hook = $"{rung}/tcp_retransmit_skb+{rung}/tcp_retransmit_synack" };
    }
}
