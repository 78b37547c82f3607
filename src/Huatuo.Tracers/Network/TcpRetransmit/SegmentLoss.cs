using Huatuo.Flow.Documents;
using Huatuo.Flow.Enrich.Drops;
using Huatuo.Linux.Kallsyms;
using Huatuo.Tracers.Network.Dropwatch;

namespace Huatuo.Tracers.Network.TcpRetransmit;

/// <summary>What is known of the loss that a retransmission makes up for.</summary>
internal readonly ref struct SegmentLoss
{
    private readonly DropSearch _search;
    private readonly DroppedSegment _drop;
    private readonly DropReasons _reasons;
    private readonly KernelSymbols? _symbols;

    internal SegmentLoss(DropSearch search, in DroppedSegment drop, DropReasons reasons, KernelSymbols? symbols)
    {
        _search = search;
        _drop = drop;
        _reasons = reasons;
        _symbols = symbols;
    }

    /// <summary>Writes <c>drop_location</c>, and what is known of the drop when this host did it.</summary>
    /// <param name="writer">The receiver.</param>
    /// <param name="now">The time of the retransmission.</param>
    internal void Write<TWriter>(ref TWriter writer, ulong now)
        where TWriter : IFieldWriter, allows ref struct
    {
        writer.Text("drop_location"u8, _search switch
        {
            DropSearch.Unknown => "unknown"u8,
            DropSearch.None => "network_or_host_hardware"u8,
            _ => "host_software"u8,
        });
        if (_search is DropSearch.Unknown or DropSearch.None)
            return;
        writer.Text("drop_packet"u8, _search == DropSearch.Segment ? "segment"u8 : "acknowledgement"u8);
        writer.Text("drop_reason"u8, _reasons.Name(_drop.Reason));
        if (_reasons.Group(_drop.Reason) is { IsEmpty: false } group)
            writer.Text("drop_reason_group"u8, group);
        Span<byte> symbol = stackalloc byte[KernelSymbols.MaxFormattedBytes];
        if (_symbols is not null)
            writer.Text("drop_symbol"u8, symbol[.._symbols.Format(_drop.Location, symbol)]);
        writer.Hex("drop_skb_addr"u8, _drop.SkbAddress);
        writer.Number("drop_age_ns"u8, now - _drop.MonotonicNs);
    }
}
