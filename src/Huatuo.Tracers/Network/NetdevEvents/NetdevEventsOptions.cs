using Huatuo.Flow.Options;
using Huatuo.Flow.Tracing;

namespace Huatuo.Tracers.Network.NetdevEvents;

/// <summary>The section <c>tracers.netdev_events</c>.</summary>
internal sealed class NetdevEventsOptions : EventTracerOptions
{
    /// <summary>Which devices, by patterns of their names; empty for hardware, bonds and teams.</summary>
    public IReadOnlyList<string> Devices { get; set; } = [];

    /// <summary>The keys.</summary>
    public static OptionSchema<NetdevEventsOptions> Keys { get; } = Schema<NetdevEventsOptions>("netdev_events")
        .Add("devices", OptionTypes.List(OptionTypes.Text), o => o.Devices, (o, v) => o.Devices = v, "Only devices whose whole name is one of these; `*` is any text, `?` any character. Empty = hardware, bonds and teams.");
}
