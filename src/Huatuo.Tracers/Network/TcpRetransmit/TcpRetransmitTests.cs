using System.Net;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using Huatuo.Flow.Enrich.Drops;
using Huatuo.Flow.Ledger;
using Huatuo.Tracers.Tests;

namespace Huatuo.Tracers.Network.TcpRetransmit;

/// <summary>Records to documents, without a kernel.</summary>
public sealed class TcpRetransmitTests
{
    private const ulong Second = 1_000_000_000, Now = 1010 * Second;

    private static readonly Dictionary<string, IReadOnlyDictionary<uint, string>> s_enums = new()
    {
        ["skb_drop_reason"] = new Dictionary<uint, string> { [6] = "SKB_DROP_REASON_SOCKET_BACKLOG" },
        ["skb_drop_reason_subsys"] = new Dictionary<uint, string> { [3] = "SKB_DROP_REASON_SUBSYS_OPENVSWITCH" },
    };

    private static Task<TracerStand> Start() => TracerStand.StartAsync(new TcpRetransmitTracer(), s_enums);

    private static TcpRetransmitRecord Segment(string source = "10.0.0.1", string destination = "10.0.0.2")
    {
        var record = new TcpRetransmitRecord
        {
            SkbAddress = 0xffff_8880_0000_2000,
            SentAfterNs = Now - 2 * Second,
            BeganNs = Now - 1000,
            Seq = 4_000_000_000,
            EndSeq = 4_000_000_100,
            AckSeq = 77,
            SourcePort = 40000,
            DestinationPort = 443,
            Flags = 0x18,
            State = 1,
            CaState = 4,
            Retransmits = 1,
        };
        record.Header.MonotonicNs = Now;
        record.Header.CgroupId = 5002;
        record.Header.Tgid = 100;
        record.Header.Tid = 101;
        record.Header.Cpu = 1;
        record.Header.Context = 1;
        record.Header.NetnsInum = 4026532999;
        record.Header.NetnsCookie = 9;
        "ksoftirqd/1"u8.CopyTo(record.Header.Comm);
        IPAddress.Parse(source).MapToIPv6().TryWriteBytes(record.Source, out _);
        IPAddress.Parse(destination).MapToIPv6().TryWriteBytes(record.Destination, out _);
        return record;
    }

    private static byte[] Bytes(TcpRetransmitRecord record) => MemoryMarshal.AsBytes(new ReadOnlySpan<TcpRetransmitRecord>(in record)).ToArray();

    private static JsonElement Document(TracerStand stand, TcpRetransmitRecord record)
    {
        int before = stand.Sink.Count;
        Assert.True(stand.OnRecord(Bytes(record)));
        Assert.Equal(before + 1, stand.Sink.Count);
        return JsonDocument.Parse(stand.Sink.Last).RootElement;
    }

    private static string Data(JsonElement document, string field) =>
        document.GetProperty("tracer_data").TryGetProperty(field, out JsonElement value) ? value.ToString() : "";

    [Fact]
    public async Task A_segment_becomes_a_document()
    {
        await using TracerStand stand = await Start();
        JsonElement document = Document(stand, Segment());
        Assert.Equal(
            $$$"""{"id":"019b7ca9-8f2e-7012-8123-456789abcdf0","hostname":"node-1","region":"eu-1","time":"2026-01-02T03:04:05.678901234Z","uploaded_time":"2026-01-02T03:04:05.678901234Z","tracer_time":"2026-01-02T03:04:05.678901234Z","observed_timestamp":"2026-01-02T03:04:15.678901234Z","container_id":"{{{TracerStand.OwnerId}}}","tracer_name":"tcp_retransmit","tracer_id":"019b7ca9-8f2e-7012-8123-456789abcdf0","tracer_type":"event","tracer_data":{"observed_timestamp":"2026-01-02T03:04:15.678901234Z","tcp_reason":"RTO","phase":"data","event_type":"tcp_retransmit_skb","source":"events","context":"softirq","cpu":1,"interrupted":{"comm":"ksoftirqd/1","pid":100,"tid":101},"cgroup_path":"/system.slice/docker-{{{TracerStand.OwnerId}}}.scope","container_id":"{{{TracerStand.OwnerId}}}","net_namespace_cookie":9,"net_namespace_inum":4026532999,"tcp_state":"ESTABLISHED","tcp_saddr":"10.0.0.1","tcp_daddr":"10.0.0.2","tcp_sport":40000,"tcp_dport":443,"tcp_seq":4000000000,"tcp_ack_seq":77,"tcp_end_seq":4000000100,"tcp_flags":"PSH,ACK","icsk_retransmits":1,"icsk_pending":0,"ca_state":4,"reord_seen":0,"dsack_dups":0,"skb_addr":"0xffff888000002000","drop_location":"unknown"}}""",
            Encoding.UTF8.GetString(stand.Sink.Last.Span));
        Assert.Equal(
            $"2026-01-02T03:04:15.678901234Z [data/RTO] 10.0.0.1:40000 > 10.0.0.2:443 state=ESTABLISHED flags=PSH,ACK seq=4000000000 end=4000000100 ack=77 retrans=1 ca=4 pending=0 reord_seen=0 dsack_dups=0 netns=4026532999 container={TracerStand.OwnerId} drop=unknown",
            stand.Definition.FormatText(document));
    }

    [Fact]
    public async Task A_syn_ack_has_no_fields_of_a_connection()
    {
        await using TracerStand stand = await Start();
        TcpRetransmitRecord record = Segment("2001:db8::1", "2001:db8::2") with { Kind = (byte)TcpRetransmitKind.Synack, State = 12, Flags = 0x12, Acked = 1, SendError = -1, Retransmits = 2 };
        JsonElement document = Document(stand, record);
        Assert.Equal(
            """
            "tcp_state":"NEW_SYN_RECV","tcp_saddr":"2001:db8::1","tcp_daddr":"2001:db8::2","tcp_sport":40000,"tcp_dport":443,"tcp_seq":4000000000,"tcp_ack_seq":77,"tcp_end_seq":4000000100,"tcp_flags":"SYN,ACK","icsk_retransmits":2,"send_error":-1,"drop_location":"unknown"}
            """,
            document.GetProperty("tracer_data").GetRawText()[document.GetProperty("tracer_data").GetRawText().IndexOf("\"tcp_state\"", StringComparison.Ordinal)..]);
        Assert.Equal(("spurious", "connect", "tcp_retransmit_synack"), (Data(document, "tcp_reason"), Data(document, "phase"), Data(document, "event_type")));
        Assert.Contains(" [connect/spurious] [2001:db8::1]:40000 > [2001:db8::2]:443 state=NEW_SYN_RECV ", stand.Definition.FormatText(document), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1, 4, 0, 0, 0, "data", "RTO")]
    [InlineData(1, 4, 5, 1, 1, "data", "RTO")]
    [InlineData(1, 3, 1, 0, 0, "data", "fast_retransmit")]
    [InlineData(1, 3, 5, 0, 0, "data", "fast_retransmit")]
    [InlineData(1, 3, 1, 1, 0, "data", "reorder_prone_fast")]
    [InlineData(1, 3, 1, 0, 1, "data", "reorder_prone_fast")]
    [InlineData(1, 0, 5, 0, 0, "data", "TLP")]
    [InlineData(1, 2, 5, 1, 1, "data", "TLP")]
    [InlineData(1, 0, 0, 0, 0, "data", "unknown")]
    [InlineData(1, 1, 1, 0, 0, "data", "unknown")]
    [InlineData(2, 4, 0, 0, 0, "connect", "RTO")]
    [InlineData(2, 0, 0, 0, 0, "connect", "RTO")]
    [InlineData(3, 4, 0, 0, 0, "connect", "RTO")]
    [InlineData(4, 4, 0, 0, 0, "close", "RTO")]
    [InlineData(4, 0, 5, 0, 0, "close", "TLP")]
    [InlineData(8, 3, 0, 0, 0, "close", "fast_retransmit")]
    [InlineData(8, 0, 0, 0, 0, "close", "RTO")]
    [InlineData(9, 0, 0, 0, 0, "close", "RTO")]
    [InlineData(11, 0, 0, 0, 0, "close", "RTO")]
    [InlineData(7, 0, 0, 0, 0, "data", "unknown")]
    [InlineData(255, 255, 255, 255, 255, "data", "unknown")]
    public async Task Phase_and_reason(byte state, byte caState, byte pending, uint reordSeen, uint dsackDups, string phase, string reason)
    {
        await using TracerStand stand = await Start();
        JsonElement document = Document(stand, Segment() with { State = state, CaState = caState, Pending = pending, ReordSeen = reordSeen, DsackDups = dsackDups });
        Assert.Equal((phase, reason), (Data(document, "phase"), Data(document, "tcp_reason")));
    }

    [Fact]
    public async Task A_drop_of_the_segment_is_told()
    {
        await using TracerStand stand = await Start();
        var flow = new SegmentFlow(SegmentFlow.Address([10, 0, 0, 1]), SegmentFlow.Address([10, 0, 0, 2]), 40000, 443);
        stand.Drops.Watch(new KernelLedger(), all: true);
        Assert.Equal("network_or_host_hardware", Data(Document(stand, Segment()), "drop_location"));
        stand.Drops.Note(new DroppedSegment(flow, 4_000_000_000, 4_000_000_100, 77, Now - Second, 0xabc, 0xffffffff81400010, 0x3_0006));
        string data = Document(stand, Segment()).GetProperty("tracer_data").GetRawText();
        Assert.EndsWith(
            ""","drop_location":"host_software","drop_packet":"segment","drop_reason":"REASON_6","drop_reason_group":"openvswitch","drop_symbol":"tcp_v4_rcv+0x10","drop_skb_addr":"0xabc","drop_age_ns":1000000000}""", data, StringComparison.Ordinal);
        stand.Drops.Note(new DroppedSegment(flow.Reversed, 77, 77, 5000, Now - Second, 0xabd, 0xffffffff81400010, 6));
        JsonElement document = Document(stand, Segment() with { Seq = 4900, EndSeq = 5000 });
        Assert.Equal(("host_software", "acknowledgement", "SOCKET_BACKLOG"), (Data(document, "drop_location"), Data(document, "drop_packet"), Data(document, "drop_reason")));
        Assert.EndsWith(" drop=host_software dropped=acknowledgement reason=SOCKET_BACKLOG at=tcp_v4_rcv+0x10", stand.Definition.FormatText(document), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Retransmissions_are_counted_by_phase_and_reason()
    {
        await using TracerStand stand = await Start();
        for (int i = 0; i < 3; i++)
            Document(stand, Segment());
        Document(stand, Segment() with { State = 2 });
        Assert.Equal(
            ["huatuo_tcp_retransmits_total{phase=connect,reason=RTO} 1", "huatuo_tcp_retransmits_total{phase=data,reason=RTO} 3"],
            CounterLines.Of(stand.Counters));
    }

    [Fact]
    public async Task A_shorter_record_or_one_of_another_kind_is_none()
    {
        await using TracerStand stand = await Start();
        byte[] whole = Bytes(Segment());
        for (int length = 0; length < whole.Length; length++)
            Assert.False(stand.OnRecord(whole.AsSpan(0, length)));
        Assert.False(stand.OnRecord(Bytes(Segment() with { Kind = 2 })));
        Assert.Equal((0, 0), (stand.Sink.Count, stand.Ledger.Decoded));
    }

    [Fact]
    public async Task Random_bytes_give_a_document_or_nothing()
    {
        await using TracerStand stand = await Start();
        int refused = 0;
        for (int seed = 0; seed < 20_000; seed++)
        {
            var random = new Random(seed);
            byte[] record = Bytes(Segment());
            for (int change = random.Next(12); change >= 0; change--)
                record[random.Next(record.Length)] = (byte)random.Next(256);
            if (seed % 8 == 0)
                random.NextBytes(record);
            if (!stand.OnRecord(record))
            {
                refused++;
                continue;
            }
            using JsonDocument document = JsonDocument.Parse(stand.Sink.Last);
            Assert.DoesNotContain(stand.Definition.FormatText(document.RootElement), char.IsControl);
        }
        Assert.Equal(20_000, refused + stand.Sink.Count);
        Assert.InRange(refused, 1000, 10_000);
    }
}
