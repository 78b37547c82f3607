using Huatuo.Flow.Options;
using Huatuo.Flow.Tracing;

namespace Huatuo.Tracers.Network.NetdevHw;

/// <summary>The section <c>tracers.netdev_hw</c>.</summary>
internal sealed class NetdevHwOptions : TracerOptions
{
    /// <summary>Off by default.</summary>
    public NetdevHwOptions() => Enabled = false;

    /// <summary>Which devices are shown.</summary>
    public string DeviceIncluded { get; set; } = "";

    /// <summary>Which are not.</summary>
    public string DeviceExcluded { get; set; } = "";

    /// <summary>The keys.</summary>
    public static OptionSchema<NetdevHwOptions> Keys { get; } = Schema<NetdevHwOptions>("netdev_hw")
        .Add("device_included", OptionTypes.Pattern, o => o.DeviceIncluded, (o, v) => o.DeviceIncluded = v, "Only devices in whose name this is found, those that are software too; empty for all that are hardware.")
        .Add("device_excluded", OptionTypes.Pattern, o => o.DeviceExcluded, (o, v) => o.DeviceExcluded = v, "None in whose name this is found.");
}
