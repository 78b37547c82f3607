using System.Globalization;
using System.Text;
using System.Text.Json;
using static Huatuo.Tracers.TerminalText;

namespace Huatuo.Tracers.Network.TcpRetransmit;

/// <summary>A retransmission for a terminal: one line.</summary>
internal static class TcpRetransmitText
{
    internal static string Format(JsonElement document)
    {
        JsonElement data = document.GetProperty("tracer_data");
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"{Text(document, "observed_timestamp")} [{Text(data, "phase")}/{Text(data, "tcp_reason")}]");
        text.Append(CultureInfo.InvariantCulture, $" {Endpoint(data, "tcp_saddr", "tcp_sport")} > {Endpoint(data, "tcp_daddr", "tcp_dport")}");
        text.Append(CultureInfo.InvariantCulture, $" state={Text(data, "tcp_state")} flags={Text(data, "tcp_flags")} seq={data.GetProperty("tcp_seq")} end={data.GetProperty("tcp_end_seq")} ack={data.GetProperty("tcp_ack_seq")}");
        foreach ((string label, string field) in (ReadOnlySpan<(string, string)>)
        [
            ("retrans", "icsk_retransmits"), ("ca", "ca_state"), ("pending", "icsk_pending"), ("reord_seen", "reord_seen"), ("dsack_dups", "dsack_dups"),
            ("send_error", "send_error"), ("netns", "net_namespace_inum"), ("container", "container_id"), ("drop", "drop_location"),
            ("dropped", "drop_packet"), ("reason", "drop_reason"), ("at", "drop_symbol"),
        ])
            if (data.TryGetProperty(field, out JsonElement value))
                text.Append(CultureInfo.InvariantCulture, $" {label}={Printable(value.ToString())}");
        return text.ToString();
    }

    private static string Endpoint(JsonElement data, string address, string port)
    {
        string text = Text(data, address);
        return string.Create(CultureInfo.InvariantCulture, $"{(text.Contains(':', StringComparison.Ordinal) ? $"[{text}]" : text)}:{data.GetProperty(port)}");
    }
}
