using Huatuo.Flow.Documents;
using Huatuo.Flow.Enrich;
using Huatuo.Tracers.Network.Packets;

namespace Huatuo.Tracers.Network.TcpRetransmit;

/// <summary>One segment that was sent again, over the record it came in.</summary>
internal readonly ref struct TcpRetransmitEvent : IEventFields
{
    private readonly ref readonly TcpRetransmitRecord _record;
    private readonly RetransmitClass _kind;
    private readonly EventWho _who;
    private readonly SegmentLoss _origin;
    private readonly ReadOnlySpan<byte> _source;

    internal TcpRetransmitEvent(ref readonly TcpRetransmitRecord record, RetransmitClass kind, in EventWho who, SegmentLoss origin, ReadOnlySpan<byte> source)
    {
        _record = ref record;
        _kind = kind;
        _who = who;
        _origin = origin;
        _source = source;
    }

    public void Write<TWriter>(ref TWriter writer)
        where TWriter : IFieldWriter, allows ref struct
    {
        bool isSegment = (TcpRetransmitKind)_record.Kind == TcpRetransmitKind.Skb;
        writer.Text("tcp_reason"u8, _kind.Reason.Word());
        writer.Text("phase"u8, _kind.Phase.Word());
        writer.Text("event_type"u8, isSegment ? "tcp_retransmit_skb"u8 : "tcp_retransmit_synack"u8);
        writer.Text("source"u8, _source);
        _who.Write(ref writer);
        WriteSegment(ref writer);
        writer.Number("icsk_retransmits"u8, (ulong)_record.Retransmits);
        if (isSegment)
            WriteConnection(ref writer);
        if (_record.SendError != 0)
            writer.Number("send_error"u8, (long)_record.SendError);
        _origin.Write(ref writer, _record.Header.MonotonicNs);
    }

    private void WriteSegment<TWriter>(ref TWriter writer)
        where TWriter : IFieldWriter, allows ref struct
    {
        Span<byte> room = stackalloc byte[AddressText.MaxBytes];
        writer.Text("tcp_state"u8, TcpStates.Name(_record.State));
        writer.Text("tcp_saddr"u8, AddressText.Format(Unmapped(_record.Source), room));
        writer.Text("tcp_daddr"u8, AddressText.Format(Unmapped(_record.Destination), room));
        writer.Number("tcp_sport"u8, (ulong)_record.SourcePort);
        writer.Number("tcp_dport"u8, (ulong)_record.DestinationPort);
        writer.Number("tcp_seq"u8, (ulong)_record.Seq);
        writer.Number("tcp_ack_seq"u8, (ulong)_record.AckSeq);
        writer.Number("tcp_end_seq"u8, (ulong)_record.EndSeq);
        writer.Text("tcp_flags"u8, TransportFields.Flags((byte)_record.Flags, room));
    }

    private void WriteConnection<TWriter>(ref TWriter writer)
        where TWriter : IFieldWriter, allows ref struct
    {
        writer.Number("icsk_pending"u8, (ulong)_record.Pending);
        writer.Number("ca_state"u8, (ulong)_record.CaState);
        writer.Number("reord_seen"u8, (ulong)_record.ReordSeen);
        writer.Number("dsack_dups"u8, (ulong)_record.DsackDups);
        writer.Hex("skb_addr"u8, _record.SkbAddress);
    }

    // An IPv6 socket that speaks IPv4 keeps mapped addresses; IPv4 is what it sends.
    private static ReadOnlySpan<byte> Unmapped(ReadOnlySpan<byte> address)
    {
        ReadOnlySpan<byte> prefix = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff];
        return address.StartsWith(prefix) ? address[prefix.Length..] : address;
    }
}
