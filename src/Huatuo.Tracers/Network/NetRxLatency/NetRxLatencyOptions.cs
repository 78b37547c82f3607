using Huatuo.Flow.Options;
using Huatuo.Flow.Tracing;

namespace Huatuo.Tracers.Network.NetRxLatency;

/// <summary>The section <c>tracers.net_rx_latency</c>. All of it is applied in the kernel.</summary>
internal sealed class NetRxLatencyOptions : EventTracerOptions
{
    private static readonly TimeSpan s_longest = TimeSpan.FromHours(1);

    /// <summary>Late where the network stack takes up a packet.</summary>
    public TimeSpan DriverToNetRx { get; set; } = TimeSpan.FromMilliseconds(5);

    /// <summary>Late where a socket of TCP takes up a segment.</summary>
    public TimeSpan DriverToTcp { get; set; } = TimeSpan.FromMilliseconds(10);

    /// <summary>Late where a process reads.</summary>
    public TimeSpan DriverToUserspace { get; set; } = TimeSpan.FromMilliseconds(115);

    /// <summary>Leaves out the host's own network namespace.</summary>
    public bool ExcludedHostNetnamespace { get; set; } = true;

    /// <summary>The keys.</summary>
    public static OptionSchema<NetRxLatencyOptions> Keys { get; } = Schema<NetRxLatencyOptions>("net_rx_latency")
        .Add("driver_to_net_rx", OptionTypes.DurationBetween(Shortest, s_longest), o => o.DriverToNetRx, (o, v) => o.DriverToNetRx = v, "Tell of packets that took at least this long from the driver to the network stack.")
        .Add("driver_to_tcp", OptionTypes.DurationBetween(Shortest, s_longest), o => o.DriverToTcp, (o, v) => o.DriverToTcp = v, "Tell of segments that took at least this long from the driver to their socket.")
        .Add("driver_to_userspace", OptionTypes.DurationBetween(Shortest, s_longest), o => o.DriverToUserspace, (o, v) => o.DriverToUserspace = v, "Tell of data that took at least this long from the driver to the process that reads it.")
        .Add("excluded_host_netnamespace", OptionTypes.Boolean, o => o.ExcludedHostNetnamespace, (o, v) => o.ExcludedHostNetnamespace = v, "Leave out packets in the host's own network namespace.");

    /// <summary>The wall clock is known to some microseconds only.</summary>
    private static TimeSpan Shortest => TimeSpan.FromMicroseconds(10);

    /// <summary>The threshold of a stage.</summary>
    internal TimeSpan Threshold(RxStage stage) => stage switch
    {
        RxStage.Netif => DriverToNetRx,
        RxStage.Tcp => DriverToTcp,
        _ => DriverToUserspace,
    };
}
