using System.Net;
using Huatuo.Bpf.Filters;
using Huatuo.Flow.Options;
using Huatuo.Flow.Tracing;
using Huatuo.Tracers.Network.Packets;

namespace Huatuo.Tracers.Network.Dropwatch;

/// <summary>The section <c>tracers.dropwatch</c>. All filters are applied in the kernel.</summary>
internal sealed class DropwatchOptions : EventTracerOptions
{
    /// <summary>Which packets; not asked where there is a <see cref="Filter"/>.</summary>
    public IReadOnlyList<PacketProtocol> Protocols { get; set; } = [PacketProtocol.Tcp];

    /// <summary>Only packets from or to one of these ports; empty for all.</summary>
    public IReadOnlyList<ushort> Ports { get; set; } = [];

    /// <summary>Only packets from or to one of these networks; empty for all.</summary>
    public IReadOnlyList<IPNetwork> Addresses { get; set; } = [];

    /// <summary>Only packets on one of these devices; empty for all.</summary>
    public IReadOnlyList<string> Devices { get; set; } = [];

    /// <summary>No packets on these devices.</summary>
    public IReadOnlyList<string> DevicesExcluded { get; set; } = [];

    /// <summary>Only these reasons, by the kernel's names; empty for all.</summary>
    public IReadOnlyList<string> Reasons { get; set; } = [];

    /// <summary>Only packets that match; null for all.</summary>
    public PacketFilter? Filter { get; set; }

    /// <summary>No filter keeps a TCP packet out.</summary>
    public bool SeesAllTcp => Filter is null && (Protocols.Count == 0 || Protocols.Contains(PacketProtocol.Tcp))
        && Ports.Count == 0 && Addresses.Count == 0 && Devices.Count == 0 && DevicesExcluded.Count == 0 && Reasons.Count == 0;

    /// <summary>The keys.</summary>
    public static OptionSchema<DropwatchOptions> Keys { get; } = Schema<DropwatchOptions>("dropwatch")
        .Add("protocols", OptionTypes.List(OptionTypes.Choice(
            ("tcp", PacketProtocol.Tcp), ("udp", PacketProtocol.Udp), ("icmp", PacketProtocol.Icmp), ("icmpv6", PacketProtocol.Icmpv6),
            ("arp", PacketProtocol.Arp), ("other", PacketProtocol.Other))), o => o.Protocols, (o, v) => o.Protocols = v, "Only packets of these protocols; empty = all; not asked where `filter` is set, which says it itself.")
        .Add("ports", OptionTypes.List(OptionTypes.Port), o => o.Ports, (o, v) => o.Ports = v, "Only packets from or to one of these TCP or UDP ports; empty = all.")
        .Add("addresses", OptionTypes.List(OptionTypes.Network), o => o.Addresses, (o, v) => o.Addresses = v, "Only packets from or to one of these addresses or networks; empty = all.")
        .Add("devices", OptionTypes.List(OptionTypes.Text), o => o.Devices, (o, v) => o.Devices = v, "Only packets on one of these devices, by name; empty = all.")
        .Add("devices_excluded", OptionTypes.List(OptionTypes.Text), o => o.DevicesExcluded, (o, v) => o.DevicesExcluded = v, "No packets on these devices, by name.")
        .Add("reasons", OptionTypes.List(OptionTypes.Text), o => o.Reasons, (o, v) => o.Reasons = v, "Only these reasons, by the names that the kernel gives them, such as NO_SOCKET; empty = all.")
        .Add("filter", new PacketFilterType(), o => o.Filter, (o, v) => o.Filter = v, "Only packets that match this pcap expression, such as `tcp port 443 and host 10.0.0.1`; empty = all.");
}
