using System.Globalization;
using System.Text;
using System.Text.Json;
using static Huatuo.Tracers.TerminalText;

namespace Huatuo.Tracers.Network.Dropwatch;

/// <summary>A drop for a terminal: one line, then the stack.</summary>
internal static class DropwatchText
{
    internal static string Format(JsonElement document)
    {
        JsonElement data = document.GetProperty("tracer_data");
        JsonElement layers = data.GetProperty("layers");
        var text = new StringBuilder();
        text.Append(Text(document, "observed_timestamp")).Append(' ').Append(Text(layers, "label"));
        if (Endpoints(layers) is { Length: > 0 } endpoints)
            text.Append(' ').Append(endpoints);
        string group = Text(data, "drop_reason_group");
        text.Append(" reason=").Append(group.Length > 0 ? group + "/" : "").Append(Text(data, "drop_reason"));
        if (Text(data, "drop_source") is "hardware")
            text.Append(" drop_source=hardware");
        text.Append(CultureInfo.InvariantCulture, $" len={data.GetProperty("packet_len_bytes")}");
        Append(text, data, "dev", "netdev_name");
        Append(text, data, "netns", "net_namespace_inum");
        text.Append(' ').Append(Who(data));
        Append(text, data, "container", "container_id");
        Append(text, data, "location", "drop_location");
        foreach (string frame in Lines(data, "stack"))
            text.Append("\n    ").Append(frame);
        return text.ToString();
    }

    private static string Who(JsonElement data) => data.TryGetProperty("interrupted", out JsonElement interrupted)
        ? $"context={Text(data, "context")} interrupted={Task(interrupted)}"
        : $"context=task pid={Task(data)}";

    private static string Task(JsonElement task) => $"{task.GetProperty("pid")}[{Text(task, "comm")}]";

    private static string Endpoints(JsonElement layers)
    {
        JsonElement network = default;
        if (!layers.TryGetProperty("ipv4", out network) && !layers.TryGetProperty("ipv6", out network))
            return layers.TryGetProperty("arp", out JsonElement arp) ? $"{Text(arp, "sender_ip")} > {Text(arp, "target_ip")}" : "";
        (string source, string destination) = (Text(network, "saddr"), Text(network, "daddr"));
        if (layers.TryGetProperty("tcp", out JsonElement transport) || layers.TryGetProperty("udp", out transport))
        {
            bool v6 = source.Contains(':', StringComparison.Ordinal);
            source = $"{(v6 ? $"[{source}]" : source)}:{transport.GetProperty("sport")}";
            destination = $"{(v6 ? $"[{destination}]" : destination)}:{transport.GetProperty("dport")}";
        }
        return $"{source} > {destination}";
    }

    private static void Append(StringBuilder text, JsonElement data, string label, string field)
    {
        if (data.TryGetProperty(field, out JsonElement value))
            text.Append(' ').Append(label).Append('=').Append(Printable(value.ToString()));
    }
}
