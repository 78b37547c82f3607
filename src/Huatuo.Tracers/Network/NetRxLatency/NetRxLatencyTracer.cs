using System.Text.Json;
using Huatuo.Flow.Options;
using Huatuo.Flow.Tracing;
using Huatuo.Linux.Clock;

namespace Huatuo.Tracers.Network.NetRxLatency;

/// <summary>Received packets that were late at a stage of their way.</summary>
internal sealed class NetRxLatencyTracer : EventTracerDefinition
{
    private static readonly Hook s_netif = Hook.BtfTracepoint("netif_receive_skb", NetRxLatencyBpf.Programs.RxNetif, fetches: false);
    private static readonly Hook s_tcp = Hook.BtfTracepoint("tcp_probe", NetRxLatencyBpf.Programs.RxTcp, fetches: false);
    private readonly Func<WallClockSteps> _clock;

    public NetRxLatencyTracer()
        : this(() => new WallClockSteps())
    {
    }

    internal NetRxLatencyTracer(Func<WallClockSteps> clock) => _clock = clock;

    public override string Name => "net_rx_latency";

    public override IReadOnlyList<string> Aliases => ["netrecvlat"];

    public override string Summary => "Received packets that took long from the driver to the stack, to TCP, or to the process that reads them.";

    public override OptionSchema Options => NetRxLatencyOptions.Keys;

    public override IReadOnlyList<HookRung> Ladder { get; } =
    [
        HookRung.Of(
            s_netif, s_tcp,
            Hook.BtfTracepoint("skb_copy_datagram_iovec", NetRxLatencyBpf.Programs.RxCopiedTcp, fetches: false),
            Hook.Kprobe("skb_consume_udp", NetRxLatencyBpf.Programs.RxConsumedUdp)),
        HookRung.Of(s_netif, s_tcp, Hook.BtfTracepoint("skb_copy_datagram_iovec", NetRxLatencyBpf.Programs.RxCopied, fetches: false)),
    ];

    public override IEventTracer Create(TracerOptions options, TracerServices services) =>
        new NetRxLatencyRun((NetRxLatencyOptions)options, services, _clock());

    public override string FormatText(JsonElement document) => NetRxLatencyText.Format(document);
}
