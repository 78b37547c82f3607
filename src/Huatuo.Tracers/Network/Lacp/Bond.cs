using System.Globalization;

namespace Huatuo.Tracers.Network.Lacp;

/// <summary>A bond in mode 802.3ad as its file below <c>/proc/net/bonding</c> tells it (<c>drivers/net/bonding/bond_procfs.c</c>).</summary>
/// <param name="Name">The bond.</param>
/// <param name="Content">The whole file.</param>
/// <param name="Ports">Its slaves, in the order of the file.</param>
internal sealed record Bond(string Name, string Content, IReadOnlyList<BondPort> Ports)
{
    /// <summary>Reads a file's text.</summary>
    /// <returns>Null for a bond of another mode, and for text that is none of a bond.</returns>
    internal static Bond? TryParse(string name, string content)
    {
        List<BondPort> ports = [];
        bool isLacp = false, isPartner = false;
        foreach (ReadOnlySpan<char> line in content.AsSpan().EnumerateLines())
        {
            (string key, string value) = Split(line);
            switch (key)
            {
                case "Bonding Mode": isLacp = value.Contains("802.3ad", StringComparison.Ordinal); break;
                case "Slave Interface": ports.Add(new BondPort(value)); break;
                case "details actor lacp pdu": isPartner = false; break;
                case "details partner lacp pdu": isPartner = true; break;
                case var _ when ports.Count > 0: ports[^1] = With(ports[^1], key, value, isPartner); break;
            }
        }
        return isLacp ? new Bond(name, content, ports) : null;
    }

    private static BondPort With(BondPort port, string key, string value, bool isPartner) => key switch
    {
        "MII Status" => port with { MiiStatus = value },
        "Aggregator ID" => port with { AggregatorId = Number(value) },
        "system mac address" when isPartner => port with { PartnerMac = value },
        "port state" when isPartner => port with { PartnerState = Number(value) },
        "port state" => port with { ActorState = Number(value) },
        _ => port,
    };

    private static int? Number(string value) => int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out int number) ? number : null;

    private static (string Key, string Value) Split(ReadOnlySpan<char> line)
    {
        line = line.Trim();
        int colon = line.IndexOf(':');
        return colon < 0 ? ("", "") : (line[..colon].ToString(), line[(colon + 1)..].TrimStart().ToString());
    }
}
