using System.Runtime.InteropServices;
using System.Text;
using Huatuo.Bpf;
using Huatuo.Flow.Enrich;
using Huatuo.Flow.Enrich.Drops;
using Huatuo.Flow.Tracing;
using Huatuo.Tracers.Network.Dropwatch;

namespace Huatuo.Tracers.Network.TcpRetransmit;

/// <summary>One run of <c>tcp_retransmit</c>: its records, and what became of the first transmissions.</summary>
internal sealed class TcpRetransmitRun : IEventTracer
{
    private readonly TcpRetransmitOptions _options;
    private readonly TracerServices _services;
    private readonly DropReasons _reasons;
    private readonly byte[] _source;
    private readonly string[][][] _labels;

    internal TcpRetransmitRun(TcpRetransmitOptions options, TracerServices services)
    {
        _options = options;
        _services = services;
        IReadOnlyList<IReadOnlyDictionary<uint, string>> names = services.Names.Of("skb_drop_reason", "skb_drop_reason_subsys");
        _reasons = new DropReasons(names[0], names[1]);
        _source = Encoding.UTF8.GetBytes(services.Source);
        _labels = [.. Enum.GetValues<TcpPhase>().Select(phase => (string[][])[.. Enum.GetValues<RetransmitReason>().Select(reason =>
            (string[])[Encoding.UTF8.GetString(phase.Word()), Encoding.UTF8.GetString(reason.Word())])])];
    }

    public BpfObject Open() => _options.Filter is { Raw.Count: 0 }
        ? throw new ArgumentException("tracers.tcp_retransmit.filter: asks for an Ethernet header, which a segment does not have yet; ask about IP and TCP")
        : BpfImages.Open(TcpRetransmitBpf.ObjectName, _options.Filter);

    public void Loaded()
    {
    }

    public bool OnRecord(ReadOnlySpan<byte> record, EventOutput output)
    {
        if (record.Length < TcpRetransmitRecord.Size)
            return false;
        ref readonly TcpRetransmitRecord retransmit = ref MemoryMarshal.AsRef<TcpRetransmitRecord>(record);
        if (retransmit.Kind > (byte)TcpRetransmitKind.Synack)
            return false;
        var kind = RetransmitClass.Of(in retransmit);
        _services.Counters.Add(TcpRetransmitTracer.Retransmits, 1, _labels[(int)kind.Phase][(int)kind.Reason]);
        EventWho who = _services.Identity.Resolve(retransmit.Header, retransmit.SocketCgroupId);
        DropSearch search = _services.Drops.Find(Segment(in retransmit), out DroppedSegment drop);
        var origin = new SegmentLoss(search, in drop, _reasons, _services.Stacks.Symbols.Current);
        output.Emit(retransmit.Header.MonotonicNs, who.Container, StackText.None, new TcpRetransmitEvent(in retransmit, kind, who, origin, _source));
        return true;
    }

    private static SentSegment Segment(in TcpRetransmitRecord retransmit) => new(
        new SegmentFlow(
            SegmentFlow.Address(retransmit.Source), SegmentFlow.Address(retransmit.Destination), retransmit.SourcePort, retransmit.DestinationPort),
        retransmit.Seq, retransmit.EndSeq, retransmit.SentAfterNs, retransmit.BeganNs, retransmit.Header.MonotonicNs);
}
