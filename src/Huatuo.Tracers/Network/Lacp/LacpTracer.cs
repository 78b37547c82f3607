using System.Globalization;
using System.Text;
using System.Text.Json;
using Huatuo.Flow.Metrics;
using Huatuo.Flow.Options;
using Huatuo.Flow.Tracing;
using Huatuo.Linux.Netlink;
using static Huatuo.Tracers.TerminalText;

namespace Huatuo.Tracers.Network.Lacp;

/// <summary>Ports of 802.3ad bonds that lose their partner or find it.</summary>
/// <param name="open">Opens the source of announcements.</param>
/// <param name="folder">The namespace's <c>/proc/net/bonding</c>; null for the agent's own.</param>
internal sealed class LacpTracer(Func<ILinkSource> open, string? folder) : EventTracerDefinition
{
    internal static readonly CounterFamily Changes = new(
        "huatuo_lacp_changes_total", "Ports of 802.3ad bonds that gained or lost their partner, by the bond.", "bond", "status");

    public LacpTracer()
        : this(LinkSocket.Open, null)
    {
    }

    public override string Name => "lacp";

    public override IReadOnlyList<string> Aliases { get; } = ["netdev_bonding_lacp"];

    public override string Summary => "Ports of 802.3ad bonds that lose their LACP partner or find it.";

    public override OptionSchema Options => LacpOptions.Keys;

    public override IReadOnlyList<CounterFamily> Counters { get; } = [Changes];

    public override IReadOnlyList<HookRung> Ladder { get; } = [HookRung.User("rtnetlink", _ => Lacks())];

    public override ITracer Create(TracerOptions options, TracerServices services) =>
        new LacpRun(services.Counters, open, new BondFolder(folder ?? Path.Combine(services.ProcRoot, "net/bonding")));

    public override string FormatText(JsonElement document)
    {
        JsonElement data = document.GetProperty("tracer_data");
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"{Text(document, "observed_timestamp")} {Text(data, "bond")} {Text(data, "slave")} {Text(data, "status")}");
        text.Append(CultureInfo.InvariantCulture, $" partner_mac={Text(data, "partner_mac")} ports={data.GetProperty("ports_aggregated")}/{data.GetProperty("ports")}");
        if (Text(data, "mii_status") is { Length: > 0 } status)
            text.Append(CultureInfo.InvariantCulture, $" mii_status={status}");
        foreach (string field in (ReadOnlySpan<string>)["actor_port_state", "partner_port_state"])
            if (data.TryGetProperty(field, out JsonElement value))
                text.Append(CultureInfo.InvariantCulture, $" {field}={value}");
        return text.ToString();
    }

    // A kernel with modules may get the driver later.
    private static Unsupported? Lacks() => Directory.Exists("/proc/net/bonding") || File.Exists("/proc/modules")
        ? null
        : new Unsupported("the bonding driver", "", "this kernel was built without CONFIG_BONDING and takes no modules");
}
