using System.Globalization;
using System.Text;
using System.Text.Json;
using Huatuo.Flow.Options;
using Huatuo.Flow.Tracing;
using static Huatuo.Tracers.TerminalText;

namespace Huatuo.Tracers.Network.NetdevTxqueueTimeout;

/// <summary>Network cards that do not send what they were given.</summary>
internal sealed class NetdevTxqueueTimeoutTracer : EventTracerDefinition
{
    public override string Name => "netdev_txqueue_timeout";

    public override string Summary => "Network cards whose transmit queue stands still: device, queue, driver.";

    public override OptionSchema Options => NetdevTxqueueTimeoutOptions.Keys;

    public override IReadOnlyList<HookRung> Ladder { get; } =
        [HookRung.BtfTracepoint("net_dev_xmit_timeout", NetdevTxqueueTimeoutBpf.Programs.NetdevTxqueueTimeoutBtf, fetches: false)];

    public override ITracer Create(TracerOptions options, TracerServices services) => new NetdevTxqueueTimeoutRun(services);

    public override string FormatText(JsonElement document)
    {
        JsonElement data = document.GetProperty("tracer_data");
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"{Text(document, "observed_timestamp")} {Text(data, "device_name")} transmit queue {data.GetProperty("queue_index")} timed out");
        text.Append(CultureInfo.InvariantCulture, $" index={data.GetProperty("netdev_ifindex")}");
        foreach (string field in (ReadOnlySpan<string>)["driver_name", "container_id"])
            if (Text(data, field) is { Length: > 0 } value)
                text.Append(CultureInfo.InvariantCulture, $" {field}={value}");
        return text.ToString();
    }
}
