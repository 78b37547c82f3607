using Huatuo.Flow.Options;
using Huatuo.Flow.Tracing;
using Huatuo.Tracers.Network.Netdev;

namespace Huatuo.Tracers.Network.NetdevDcb;

/// <summary>The section <c>tracers.netdev_dcb</c>.</summary>
internal sealed class NetdevDcbOptions : TracerOptions
{
    /// <summary>Which devices are shown.</summary>
    public string DeviceIncluded { get; set; } = "";

    /// <summary>Which are not.</summary>
    public string DeviceExcluded { get; set; } = NetdevOptions.Virtual;

    /// <summary>The keys.</summary>
    public static OptionSchema<NetdevDcbOptions> Keys { get; } = Schema<NetdevDcbOptions>("netdev_dcb")
        .Add("device_included", OptionTypes.Pattern, o => o.DeviceIncluded, (o, v) => o.DeviceIncluded = v, "Only devices in whose name this is found; empty for all.")
        .Add("device_excluded", OptionTypes.Pattern, o => o.DeviceExcluded, (o, v) => o.DeviceExcluded = v, "None in whose name this is found.");
}
