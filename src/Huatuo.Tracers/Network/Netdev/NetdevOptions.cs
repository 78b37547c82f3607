using Huatuo.Flow.Options;
using Huatuo.Flow.Tracing;

namespace Huatuo.Tracers.Network.Netdev;

/// <summary>The section <c>tracers.netdev</c>.</summary>
internal sealed class NetdevOptions : TracerOptions
{
    /// <summary>What is left out where nothing else is said: the loopback, and the host's ends of containers' devices.</summary>
    internal const string Virtual = @"^(lo|docker\w*|veth\w*)$";

    /// <summary>Which devices are shown.</summary>
    public string DeviceIncluded { get; set; } = "";

    /// <summary>Which are not.</summary>
    public string DeviceExcluded { get; set; } = Virtual;

    /// <summary>The keys.</summary>
    public static OptionSchema<NetdevOptions> Keys { get; } = Schema<NetdevOptions>("netdev")
        .Add("device_included", OptionTypes.Pattern, o => o.DeviceIncluded, (o, v) => o.DeviceIncluded = v, "Only devices in whose name this is found; empty for all.")
        .Add("device_excluded", OptionTypes.Pattern, o => o.DeviceExcluded, (o, v) => o.DeviceExcluded = v, "None in whose name this is found.");
}
