using System.Globalization;
using System.Text;
using System.Text.Json;
using static Huatuo.Tracers.TerminalText;

namespace Huatuo.Tracers.Network.NetRxLatency;

/// <summary>A late packet for a terminal: one line.</summary>
internal static class NetRxLatencyText
{
    internal static string Format(JsonElement document)
    {
        JsonElement data = document.GetProperty("tracer_data");
        string type = Text(data, "type");
        var text = new StringBuilder();
        text.Append(Text(document, "observed_timestamp")).Append(' ').Append(Text(data, "latency_stage")).Append(' ').Append(type);
        text.Append(' ').Append(Endpoint(data, type, 's')).Append(" > ").Append(Endpoint(data, type, 'd'));
        text.Append(CultureInfo.InvariantCulture, $" {data.GetProperty("latency_ms").GetDouble():0.000} ms since {Text(data, "latency_since")}");
        text.Append(CultureInfo.InvariantCulture, $" len={data.GetProperty("packet_len_bytes")}");
        foreach ((string label, string field) in ((string, string)[])[("seq", "tcp_seq"), ("state", "tcp_state"), ("dev", "netdev_name"), ("netns", "net_namespace_inum")])
            if (data.TryGetProperty(field, out JsonElement value))
                text.Append(' ').Append(label).Append('=').Append(Printable(value.ToString()));
        text.Append(' ').Append(Who(data));
        if (data.TryGetProperty("container_id", out JsonElement container))
            text.Append(" container=").Append(Printable(container.ToString()));
        return text.ToString();
    }

    private static string Endpoint(JsonElement data, string type, char side)
    {
        string address = Text(data, $"{type}_{side}addr");
        JsonElement port = data.GetProperty($"{type}_{side}port");
        return address.Contains(':', StringComparison.Ordinal) ? $"[{address}]:{port}" : $"{address}:{port}";
    }

    private static string Who(JsonElement data) => data.TryGetProperty("interrupted", out JsonElement interrupted)
        ? $"context={Text(data, "context")} interrupted={Task(interrupted)}"
        : $"context=task pid={Task(data)}";

    private static string Task(JsonElement task) => $"{task.GetProperty("pid")}[{Text(task, "comm")}]";
}
