namespace Huatuo.Tracers.Network.Lacp;

/// <summary>A slave of a bond in mode 802.3ad. States are the octets of IEEE 802.1AX; null where the kernel does not tell.</summary>
/// <param name="Slave">The device.</param>
internal sealed record BondPort(string Slave)
{
    private const string NoLink = "down";
    private const string Nobody = "00:00:00:00:00:00";
    private const int Collecting = 0x10, Distributing = 0x20;

    /// <summary>Whether the driver sees a link: <c>up</c>, <c>down</c>, <c>going down</c>, <c>going back</c>.</summary>
    internal string MiiStatus { get; init; } = "";

    /// <summary>The aggregator that it belongs to; null while it has none.</summary>
    internal int? AggregatorId { get; init; }

    /// <summary>The other side's system.</summary>
    internal string PartnerMac { get; init; } = Nobody;

    /// <summary>The port's own state.</summary>
    internal int? ActorState { get; init; }

    /// <summary>The other side's state as far as this side knows.</summary>
    internal int? PartnerState { get; init; }

    /// <summary>Who it carries traffic with; null while with nobody. Without a link LACP's state may stand still (seen on 6.18).</summary>
    internal string? Partner =>
        MiiStatus != NoLink && (ActorState & (Collecting | Distributing)) == (Collecting | Distributing) && PartnerMac is not (Nobody or "") ? PartnerMac : null;

    /// <summary>The kernel shows LACP's state only to those with CAP_NET_ADMIN (<c>bond_info_show_slave</c>, <c>drivers/net/bonding/bond_procfs.c</c>).</summary>
    internal bool IsConcealed => AggregatorId is not null && ActorState is null;
}
