using System.Buffers.Binary;
using Huatuo.Flow.Documents;
using Huatuo.Flow.Enrich;
using Huatuo.Tracers.Network.Packets;

namespace Huatuo.Tracers.Network.NetRxLatency;

/// <summary>One late packet, over the record it came in.</summary>
internal readonly ref struct NetRxLatencyEvent : IEventFields
{
    private const byte FamilyIpv4 = 2, ProtocolTcp = 6;
    private const int MappedPrefix = 12;

    private readonly ref readonly NetRxLatencyRecord _record;
    private readonly EventWho _who;
    private readonly long _latencyNs;
    private readonly TimeSpan _threshold;

    internal NetRxLatencyEvent(ref readonly NetRxLatencyRecord record, in EventWho who, long latencyNs, TimeSpan threshold)
    {
        _record = ref record;
        _who = who;
        _latencyNs = latencyNs;
        _threshold = threshold;
    }

    private bool IsIpv4 => _record.Family == FamilyIpv4;

    public void Write<TWriter>(ref TWriter writer)
        where TWriter : IFieldWriter, allows ref struct
    {
        const double nanosecondsPerMillisecond = 1e6;
        bool tcp = _record.Protocol == ProtocolTcp;
        writer.Text("type"u8, tcp ? "tcp"u8 : "udp"u8);
        writer.Text("latency_stage"u8, (RxStage)_record.Stage switch
        {
            RxStage.Netif => "RX_STAGE_NETIF"u8,
            RxStage.Tcp => IsIpv4 ? "RX_STAGE_TCPV4"u8 : "RX_STAGE_TCPV6"u8,
            _ => "RX_STAGE_USERCOPY"u8,
        });
        writer.Real("latency_ms"u8, _latencyNs / nanosecondsPerMillisecond);
        writer.Real("latency_threshold_ms"u8, _threshold.TotalMilliseconds);
        writer.Text("latency_since"u8, (RxClock)_record.Clock == RxClock.Wall ? "receive"u8 : "departure"u8);
        _who.Write(ref writer);
        if (EventWho.ZeroTerminated(_record.NetdevName) is { IsEmpty: false } device)
            writer.Text("netdev_name"u8, device);
        if (tcp)
            WriteTcp(ref writer);
        else
            WriteUdp(ref writer);
        writer.Number("packet_len_bytes"u8, (ulong)_record.PacketLength);
    }

    private void WriteTcp<TWriter>(ref TWriter writer)
        where TWriter : IFieldWriter, allows ref struct
    {
        if (_record.SocketState != 0)
            writer.Text("tcp_state"u8, TcpStates.Name(_record.SocketState));
        WriteAddress(ref writer, "tcp_saddr"u8, _record.Source);
        WriteAddress(ref writer, "tcp_daddr"u8, _record.Destination);
        writer.Number("tcp_sport"u8, Port(_record.SourcePort));
        writer.Number("tcp_dport"u8, Port(_record.DestinationPort));
        writer.Number("tcp_seq"u8, (ulong)_record.TcpSeq);
        writer.Number("tcp_ack_seq"u8, (ulong)_record.TcpAckSeq);
    }

    private void WriteUdp<TWriter>(ref TWriter writer)
        where TWriter : IFieldWriter, allows ref struct
    {
        WriteAddress(ref writer, "udp_saddr"u8, _record.Source);
        WriteAddress(ref writer, "udp_daddr"u8, _record.Destination);
        writer.Number("udp_sport"u8, Port(_record.SourcePort));
        writer.Number("udp_dport"u8, Port(_record.DestinationPort));
    }

    private void WriteAddress<TWriter>(ref TWriter writer, ReadOnlySpan<byte> field, ReadOnlySpan<byte> address)
        where TWriter : IFieldWriter, allows ref struct
    {
        Span<byte> room = stackalloc byte[AddressText.MaxBytes];
        writer.Text(field, AddressText.Format(IsIpv4 ? address[MappedPrefix..] : address, room));
    }

    private static ulong Port(ushort networkOrder) => BinaryPrimitives.ReverseEndianness(networkOrder);
}
