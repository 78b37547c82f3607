using Huatuo.Flow.Tracing;
using Huatuo.Linux.Proc;
using Huatuo.Tracers.Collecting;

namespace Huatuo.Tracers.Network.Netdev;

/// <summary>
/// A <c>/proc/…/net/dev</c> (net/core/net-procfs.c: dev_seq_printf_stats): two lines of headings, then one for each device, its name
/// before a colon.
/// </summary>
/// <param name="filter">Which devices are shown.</param>
internal sealed class DeviceLines(NameFilter filter)
{
    /// <summary>What the numbers of a line are, in their order.</summary>
    internal static readonly (string Name, string Help)[] Columns =
    [
        ("receive_bytes", "Bytes received."),
        ("receive_packets", "Packets received."),
        ("receive_errors", "Bad packets received."),
        ("receive_dropped", "Packets received but dropped, for want of room or of somebody who wants them."),
        ("receive_fifo", "Packets lost as the device's queue ran over."),
        ("receive_frame", "Packets received that were misaligned, too long or failed their checksum."),
        ("receive_compressed", "Compressed packets received."),
        ("receive_multicast", "Multicast packets received."),
        ("transmit_bytes", "Bytes sent."),
        ("transmit_packets", "Packets sent."),
        ("transmit_errors", "Packets that could not be sent."),
        ("transmit_dropped", "Packets dropped on their way to the device."),
        ("transmit_fifo", "Errors of the device's queue."),
        ("transmit_colls", "Collisions."),
        ("transmit_carrier", "Packets lost for want of a carrier, and other errors of the wire."),
        ("transmit_compressed", "Compressed packets sent."),
    ];

    private readonly ByteTable<string?> _names = new(filter.Choose);

    /// <summary>Adds a row for each device that is shown.</summary>
    /// <param name="content">The file.</param>
    /// <param name="table">Takes the rows.</param>
    /// <param name="skipped">Counts lines that are none.</param>
    /// <param name="container">The first label of a row, if not the device.</param>
    internal void Read(ReadOnlySpan<byte> content, SeriesTable table, SkippedLines skipped, string? container = null)
    {
        Span<ulong> numbers = stackalloc ulong[Columns.Length];
        var lines = new LineReader(content);
        while (lines.TryNext(out ReadOnlySpan<byte> line))
        {
            if (line.Contains((byte)'|'))
                continue;
            int colon = line.IndexOf((byte)':');
            ReadOnlySpan<byte> name = colon < 0 ? default : line[..colon].Trim((byte)' ');
            var fields = new FieldReader(line[(colon + 1)..]);
            if (name.IsEmpty || fields.Numbers(numbers) < numbers.Length)
                skipped.Add();
            else if (_names.Get(name) is not { } device)
                continue;
            else if (container is null)
                table.Add(numbers, device);
            else
                table.Add(numbers, container, device);
        }
    }
}
