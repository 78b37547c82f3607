using Huatuo.Flow.Metrics;
using Huatuo.Flow.Tracing;
using Huatuo.Linux.Interop;
using Huatuo.Linux.Netlink;
using Huatuo.Linux.Proc;
using Huatuo.Tracers.Collecting;

namespace Huatuo.Tracers.Network.Netdev;

/// <summary>The devices by rtnetlink: the same numbers as in <c>/proc/net/dev</c>, summed as the kernel sums them there
/// (net/core/net-procfs.c: dev_seq_printf_stats), and what they are made of.</summary>
/// <param name="filter">Which devices are shown.</param>
/// <param name="source">Is asked.</param>
/// <param name="skipped">Counts messages that are none.</param>
internal sealed class LinkRows(NameFilter filter, IRouteSource source, SkippedLines skipped)
{
    private const ushort RTM_GETLINK = 18;
    private const int LinkRequestBytes = 16;

    // Places in struct rtnl_link_stats64.
    private const int Length = 10, Over = 11, Crc = 12, Frame = 13, Aborted = 16, Carrier = 17, Heartbeat = 19, Window = 20, NoHandler = 23;

    private static readonly (string Name, int Place, string Help)[] s_parts =
    [
        ("receive_length_errors", Length, "Packets received whose length was wrong."),
        ("receive_over_errors", Over, "Packets received that did not fit into the device's buffer."),
        ("receive_crc_errors", Crc, "Packets received that failed their checksum."),
        ("receive_frame_errors", Frame, "Packets received that were misaligned."),
        ("receive_missed_errors", LinkStatistics.ReceiveMissed, "Packets that the device had no room for."),
        ("receive_nohandler", NoHandler, "Packets received that nobody wanted on an inactive port."),
        ("transmit_aborted_errors", Aborted, "Packets whose sending was aborted, as after too many collisions."),
        ("transmit_carrier_errors", Carrier, "Packets lost for want of a carrier."),
        ("transmit_heartbeat_errors", Heartbeat, "Packets sent without the heartbeat of half duplex."),
        ("transmit_window_errors", Window, "Packets that collided late."),
    ];

    private readonly ByteTable<string?> _names = new(filter.Choose);

    /// <summary>What is told beside the columns of the file.</summary>
    internal static IReadOnlyList<MetricFamily> Families { get; } =
        [.. s_parts.Select(part => new MetricFamily($"huatuo_netdev_{part.Name}_total", MetricKind.Counter, part.Help, "device"))];

    /// <summary>Adds a row for each device that is shown.</summary>
    /// <param name="sums">Takes the numbers of <see cref="DeviceLines.Columns"/>.</param>
    /// <param name="parts">Takes those of <see cref="Families"/>.</param>
    /// <exception cref="IOException">The kernel refuses.</exception>
    internal void Read(SeriesTable sums, SeriesTable parts)
    {
        int errno = source.Ask(RTM_GETLINK, isDump: true, stackalloc byte[LinkRequestBytes], message => Add(message, sums, parts));
        if (errno != 0)
            throw new IOException($"rtnetlink: the devices: {Errno.Describe(errno)}");
    }

    private void Add(NetlinkMessage message, SeriesTable sums, SeriesTable parts)
    {
        if (message.Type != NetlinkMessage.NewLink)
            return;
        Span<ulong> all = stackalloc ulong[LinkStatistics.Count];
        if (!LinkMessage.TryRead(message.Payload, out LinkMessage link) || !LinkStatistics.TryRead(link.Statistics, all))
        {
            skipped.Add();
            return;
        }
        if (_names.Get(link.Name) is not { } device)
            return;
        sums.Add(
            [
                all[2], all[0], all[4], all[LinkStatistics.ReceiveDropped] + all[LinkStatistics.ReceiveMissed], all[14], all[Length] + all[Over] + all[Crc] + all[Frame], all[21], all[8],
                all[3], all[1], all[5], all[7], all[18], all[9], all[Carrier] + all[Aborted] + all[Window] + all[Heartbeat], all[22],
            ],
            device);
        Span<ulong> row = stackalloc ulong[s_parts.Length];
        for (int i = 0; i < row.Length; i++)
            row[i] = all[s_parts[i].Place];
        parts.Add(row, device);
    }
}
