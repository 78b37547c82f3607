using Huatuo.Flow.Options;
using Huatuo.Flow.Tracing;

namespace Huatuo.Tracers.Network.NetdevTxqueueTimeout;

/// <summary>The section <c>tracers.netdev_txqueue_timeout</c>.</summary>
internal sealed class NetdevTxqueueTimeoutOptions : RareEventOptions
{
    /// <summary>The keys.</summary>
    public static OptionSchema<NetdevTxqueueTimeoutOptions> Keys { get; } = Schema<NetdevTxqueueTimeoutOptions>("netdev_txqueue_timeout");
}
