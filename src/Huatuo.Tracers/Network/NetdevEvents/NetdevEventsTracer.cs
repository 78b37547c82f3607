using System.Globalization;
using System.Text;
using System.Text.Json;
using Huatuo.Flow.Metrics;
using Huatuo.Flow.Options;
using Huatuo.Flow.Tracing;
using Huatuo.Linux.Netlink;
using static Huatuo.Tracers.TerminalText;

namespace Huatuo.Tracers.Network.NetdevEvents;

/// <summary>Network devices that went up or down, by the administrator or by the wire.</summary>
internal sealed class NetdevEventsTracer(Func<ILinkSource> open) : EventTracerDefinition
{
    internal static readonly CounterFamily Changes = new(
        "huatuo_netdev_events_linkstatus_total", "Times that a network device went to a state: adminup, admindown, carrierup, carrierdown.",
        "device", "state", "driver", "driver_version", "firmware_version");

    public NetdevEventsTracer()
        : this(LinkSocket.Open)
    {
    }

    public override string Name => "netdev_events";

    public override string Summary => "Network devices that went up or down: by the administrator, or by the wire.";

    public override OptionSchema Options => NetdevEventsOptions.Keys;

    public override IReadOnlyList<CounterFamily> Counters { get; } = [Changes];

    public override IReadOnlyList<HookRung> Ladder { get; } = [HookRung.User("rtnetlink", _ => null)];

    public override ITracer Create(TracerOptions options, TracerServices services) =>
        new NetdevEventsRun((NetdevEventsOptions)options, services.Counters, open);

    public override string FormatText(JsonElement document)
    {
        JsonElement data = document.GetProperty("tracer_data");
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"{Text(document, "observed_timestamp")} {Text(data, "ifname")} {Text(data, "linkstatus")} index={data.GetProperty("index")}");
        foreach (string field in (ReadOnlySpan<string>)["mac", "driver", "driver_version", "firmware_version"])
            if (Text(data, field) is { Length: > 0 } value)
                text.Append(CultureInfo.InvariantCulture, $" {field}={value}");
        return text.ToString();
    }
}
