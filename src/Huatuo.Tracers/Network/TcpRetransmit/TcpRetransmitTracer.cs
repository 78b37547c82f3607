using System.Text.Json;
using Huatuo.Flow.Metrics;
using Huatuo.Flow.Options;
using Huatuo.Flow.Tracing;

namespace Huatuo.Tracers.Network.TcpRetransmit;

/// <summary>Segments that TCP sent again, why, and whether this host itself dropped what was missing.</summary>
internal sealed class TcpRetransmitTracer : EventTracerDefinition
{
    internal static CounterFamily Retransmits { get; } = new(
        "huatuo_tcp_retransmits_total", "Segments that TCP sent again, of those within the limit of events a second.", "phase", "reason");

    public override string Name => "tcp_retransmit";

    public override string Summary => "Segments that TCP sent again: why, in which phase of the connection, where the first one was lost.";

    // Looking for the drop may wait for the drops that are still in their ring.
    public override bool IsSlow => true;

    public override IReadOnlyList<CounterFamily> Counters => [Retransmits];

    public override OptionSchema Options => TcpRetransmitOptions.Keys;

    public override IReadOnlyList<HookRung> Ladder { get; } =
    [
        HookRung.Of(
            Hook.BtfTracepoint("tcp_retransmit_skb", TcpRetransmitBpf.Programs.TcpRetransmitSkbBtf),
            Hook.BtfTracepoint("tcp_retransmit_synack", TcpRetransmitBpf.Programs.TcpRetransmitSynackBtf)),
        HookRung.Of(
            Hook.Tracepoint("tcp", "tcp_retransmit_skb", TcpRetransmitBpf.Programs.TcpRetransmitSkbTracepoint),
            Hook.Tracepoint("tcp", "tcp_retransmit_synack", TcpRetransmitBpf.Programs.TcpRetransmitSynackTracepoint)),
    ];

    public override ITracer Create(TracerOptions options, TracerServices services) => new TcpRetransmitRun((TcpRetransmitOptions)options, services);

    public override string FormatText(JsonElement document) => TcpRetransmitText.Format(document);
}
