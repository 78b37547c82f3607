using Huatuo.Bpf.Filters;
using Huatuo.Flow.Options;
using Huatuo.Flow.Tracing;
using Huatuo.Tracers.Network.Packets;

namespace Huatuo.Tracers.Network.TcpRetransmit;

/// <summary>The section <c>tracers.tcp_retransmit</c>. Off unless asked for: a lossy path to many peers is much to store.</summary>
internal sealed class TcpRetransmitOptions : EventTracerOptions
{
    public TcpRetransmitOptions() => Enabled = false;

    /// <summary>Only segments that match; null for all.</summary>
    public PacketFilter? Filter { get; set; }

    /// <summary>The keys.</summary>
    public static OptionSchema<TcpRetransmitOptions> Keys { get; } = Schema<TcpRetransmitOptions>("tcp_retransmit")
        .Add("filter", new PacketFilterType(), o => o.Filter, (o, v) => o.Filter = v, "Only segments that match this pcap expression, such as `port 443 and host 10.0.0.1`; empty = all.");
}
