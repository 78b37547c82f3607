using System.Globalization;
using System.Text.Json;

namespace Huatuo.Kernel.Tests.Harness;

/// <summary>Reads what tests ask of drop documents.</summary>
internal static class DropFields
{
    internal static JsonElement Data(this JsonElement document) => document.GetProperty("tracer_data");

    internal static string Text(this JsonElement document, string path)
    {
        JsonElement at = document;
        foreach (string name in path.Split('.'))
            if (at.ValueKind != JsonValueKind.Object || !at.TryGetProperty(name, out at))
                return "";
        return at.ValueKind == JsonValueKind.String ? at.GetString()! : at.GetRawText();
    }

    internal static ulong Hex(this JsonElement document, string path) =>
        ulong.Parse(document.Text(path)[2..], NumberStyles.HexNumber, CultureInfo.InvariantCulture);

    /// <summary>The same as <see cref="OracleDrop.Key"/>.</summary>
    internal static string Key(this JsonElement document)
    {
        JsonElement data = document.Data();
        return $"{data.Hex("packet_skb_addr"):x} {data.Hex("drop_location"):x} {data.Text("drop_reason")}";
    }

    /// <summary>Where the packet went, from whatever layer tells it.</summary>
    internal static string Destination(this JsonElement document)
    {
        JsonElement layers = document.Data().GetProperty("layers");
        return layers.Text("ipv4.daddr") + layers.Text("ipv6.daddr") + layers.Text("arp.target_ip");
    }

    /// <summary>The destination port; empty when there is none.</summary>
    internal static string Port(this JsonElement document)
    {
        JsonElement layers = document.Data().GetProperty("layers");
        return layers.Text("tcp.dport") + layers.Text("udp.dport");
    }
}
