using System.Buffers.Binary;
using System.Net;
using System.Runtime.InteropServices;
using System.Text.Json;
using Huatuo.Flow.Ledger;
using Huatuo.Linux.Clock;
using Huatuo.Tracers.Tests;

namespace Huatuo.Tracers.Network.NetRxLatency;

/// <summary>Records to documents, without a kernel.</summary>
public sealed class NetRxLatencyTests
{
    private const long Second = 1_000_000_000, UpTime = 1000 * Second;
    private const long Late = 123_456_789;
    private const byte Tcp = 6, Udp = 17, Ipv4 = 2, Ipv6 = 10, Established = 1;

    private static readonly Dictionary<string, IReadOnlyDictionary<uint, string>> s_enums = [];

    private long _wall = 1_767_323_045_678_901_234;

    private Task<TracerStand> Start() =>
        TracerStand.StartAsync(new NetRxLatencyTracer(() => new WallClockSteps(clock => clock == 0 ? _wall : UpTime)), s_enums);

    private byte[] Record(RxStage stage, RxClock clock = RxClock.Wall, byte protocol = Tcp, byte family = Ipv4)
    {
        var record = default(NetRxLatencyRecord);
        record.Header.MonotonicNs = UpTime;
        record.Header.Context = (uint)(stage == RxStage.Usercopy ? Bpf.Abi.EventContext.Task : Bpf.Abi.EventContext.Softirq);
        record.Header.CgroupId = 5002;
        record.Header.Tgid = 100;
        record.Header.Tid = 101;
        record.Header.Cpu = 1;
        record.Header.MemoryCgroupCss = 0xffff_8880_0000_1000;
        record.Header.NetnsCookie = 5;
        record.Header.NetnsInum = 4026532999;
        "curl"u8.CopyTo(record.Header.Comm);
        record.StampNs = (ulong)((clock == RxClock.Wall ? _wall : UpTime) - Late);
        record.PacketLength = 1448;
        record.TcpSeq = 4_000_000_000;
        record.TcpAckSeq = 77;
        record.SourcePort = BinaryPrimitives.ReverseEndianness((ushort)443);
        record.DestinationPort = BinaryPrimitives.ReverseEndianness((ushort)50000);
        record.Stage = (byte)stage;
        record.Clock = (byte)clock;
        record.Protocol = protocol;
        record.Family = family;
        record.SocketState = stage == RxStage.Netif ? (byte)0 : Established;
        IPAddress.Parse(family == Ipv4 ? "::ffff:192.0.2.1" : "2001:db8::1").GetAddressBytes().CopyTo(record.Source);
        IPAddress.Parse(family == Ipv4 ? "::ffff:192.0.2.2" : "2001:db8::2").GetAddressBytes().CopyTo(record.Destination);
        if (stage == RxStage.Netif)
            "eth0"u8.CopyTo(record.NetdevName);
        return MemoryMarshal.AsBytes(new ReadOnlySpan<NetRxLatencyRecord>(in record)).ToArray();
    }

    private static string Data(TracerStand stand)
    {
        using JsonDocument document = JsonDocument.Parse(stand.Sink.Last);
        Assert.Equal("net_rx_latency", document.RootElement.GetProperty("tracer_name").GetString());
        return document.RootElement.GetProperty("tracer_data").GetRawText();
    }

    private static string Text(TracerStand stand)
    {
        using JsonDocument document = JsonDocument.Parse(stand.Sink.Last);
        return stand.Definition.FormatText(document.RootElement);
    }

    [Fact]
    public async Task A_reader_that_comes_late_is_named()
    {
        await using TracerStand stand = await Start();
        Assert.True(stand.OnRecord(Record(RxStage.Usercopy)));
        Assert.Equal(
            $$"""{"observed_timestamp":"2026-01-02T03:04:05.678901234Z","type":"tcp","latency_stage":"RX_STAGE_USERCOPY","latency_ms":123.456789,"latency_threshold_ms":115,"latency_since":"receive","context":"task","cpu":1,"comm":"curl","pid":100,"tid":101,"memory_cgroup_css_addr":"0xffff888000001000","cgroup_path":"/kubepods.slice/cri-containerd-{{TracerStand.ContainerId}}.scope","container_id":"{{TracerStand.ContainerId}}","net_namespace_cookie":5,"net_namespace_inum":4026532999,"tcp_state":"ESTABLISHED","tcp_saddr":"192.0.2.1","tcp_daddr":"192.0.2.2","tcp_sport":443,"tcp_dport":50000,"tcp_seq":4000000000,"tcp_ack_seq":77,"packet_len_bytes":1448}""",
            Data(stand));
        Assert.Equal(
            $"2026-01-02T03:04:05.678901234Z RX_STAGE_USERCOPY tcp 192.0.2.1:443 > 192.0.2.2:50000 123.457 ms since receive len=1448 seq=4000000000 state=ESTABLISHED netns=4026532999 context=task pid=100[curl] container={TracerStand.ContainerId}",
            Text(stand));
    }

    [Fact]
    public async Task Before_that_the_task_is_only_one_that_was_interrupted()
    {
        await using TracerStand stand = await Start();
        Assert.True(stand.OnRecord(Record(RxStage.Netif, RxClock.Monotonic, Udp, Ipv6)));
        Assert.Equal(
            $$$"""{"observed_timestamp":"2026-01-02T03:04:05.678901234Z","type":"udp","latency_stage":"RX_STAGE_NETIF","latency_ms":123.456789,"latency_threshold_ms":5,"latency_since":"departure","context":"softirq","cpu":1,"interrupted":{"comm":"curl","pid":100,"tid":101},"cgroup_path":"/system.slice/docker-{{{TracerStand.OwnerId}}}.scope","container_id":"{{{TracerStand.OwnerId}}}","net_namespace_cookie":5,"net_namespace_inum":4026532999,"netdev_name":"eth0","udp_saddr":"2001:db8::1","udp_daddr":"2001:db8::2","udp_sport":443,"udp_dport":50000,"packet_len_bytes":1448}""",
            Data(stand));
        Assert.Equal(
            $"2026-01-02T03:04:05.678901234Z RX_STAGE_NETIF udp [2001:db8::1]:443 > [2001:db8::2]:50000 123.457 ms since departure len=1448 dev=eth0 netns=4026532999 context=softirq interrupted=100[curl] container={TracerStand.OwnerId}",
            Text(stand));
    }

    [Theory]
    [InlineData(Ipv4, "RX_STAGE_TCPV4")]
    [InlineData(Ipv6, "RX_STAGE_TCPV6")]
    public async Task The_stage_of_tcp_has_the_version_in_its_name(byte family, string stage)
    {
        await using TracerStand stand = await Start();
        Assert.True(stand.OnRecord(Record(RxStage.Tcp, family: family)));
        Assert.Contains($"\"latency_stage\":\"{stage}\",\"latency_ms\":123.456789,\"latency_threshold_ms\":10,", Data(stand), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(Second)]
    [InlineData(-Second)]
    [InlineData(37 * Second)]
    [InlineData(-37 * Second)]
    public async Task A_packet_in_time_stays_so_when_the_clock_is_set(long step)
    {
        await using TracerStand stand = await Start();
        byte[] record = Record(RxStage.Usercopy);
        Change(record, (ref NetRxLatencyRecord late) => late.StampNs = (ulong)_wall - 1000);
        _wall += step;
        Assert.True(stand.OnRecord(record));
        // And one that came after that.
        Change(record, (ref NetRxLatencyRecord late) => (late.StampNs, late.Header.MonotonicNs) = ((ulong)_wall, UpTime + 1000));
        Assert.True(stand.OnRecord(record));
        Assert.Equal((0, 2, 2), (stand.Sink.Count, stand.Ledger.Decoded, stand.Ledger.Suppressed(SuppressReason.Clock)));
    }

    [Theory]
    [InlineData(Second)]
    [InlineData(-3600 * Second)]
    public async Task A_late_packet_is_as_late_when_the_clock_was_set_meanwhile(long step)
    {
        await using TracerStand stand = await Start();
        byte[] record = Record(RxStage.Usercopy);
        _wall += step;
        Assert.True(stand.OnRecord(record));
        Assert.Contains("\"latency_ms\":123.456789,", Data(stand), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_record_that_is_cut_off_or_of_no_known_kind_is_none()
    {
        await using TracerStand stand = await Start();
        byte[] whole = Record(RxStage.Usercopy);
        for (int length = 0; length < whole.Length; length++)
            Assert.False(stand.OnRecord(whole.AsSpan(0, length)));
        byte[] wrong = [.. whole];
        Change(wrong, (ref NetRxLatencyRecord late) => late.Stage = 3);
        Assert.False(stand.OnRecord(wrong));
        wrong = [.. whole];
        Change(wrong, (ref NetRxLatencyRecord late) => late.Clock = 2);
        Assert.False(stand.OnRecord(wrong));
        Assert.Equal((0, 0), (stand.Sink.Count, stand.Ledger.Decoded));
        Assert.True(stand.OnRecord([.. whole, 1, 2, 3]));
    }

    [Fact]
    public async Task Changed_bytes_give_a_document_or_nothing()
    {
        await using TracerStand stand = await Start();
        byte[][] originals = [Record(RxStage.Netif), Record(RxStage.Tcp, family: Ipv6), Record(RxStage.Usercopy, RxClock.Monotonic, Udp)];
        for (int seed = 0; seed < 20_000; seed++)
        {
            var random = new Random(seed);
            byte[] record = [.. originals[random.Next(originals.Length)]];
            for (int change = random.Next(8); change >= 0; change--)
                record[random.Next(record.Length)] = (byte)random.Next(256);
            int before = stand.Sink.Count;
            if (!stand.OnRecord(record) || stand.Sink.Count == before)
                continue;
            string text = Text(stand);
            Assert.DoesNotContain(text, char.IsControl);
        }
        Assert.InRange(stand.Sink.Count, 1000, 20_000);
        Assert.Equal(0, stand.Ledger.Dropped(DropStage.Encode));
    }

    [Fact]
    public async Task Nothing_is_allocated_from_record_to_document()
    {
        await using TracerStand stand = await Start();
        byte[] record = Record(RxStage.Usercopy);
        long Run(int rounds)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            for (int i = 0; i < rounds; i++)
                stand.OnRecord(record);
            return GC.GetAllocatedBytesForCurrentThread() - before;
        }
        Run(500);
        Assert.Equal(0, Run(2000));
        Assert.Equal(2500, stand.Sink.Count);
    }

    private delegate void Changing(ref NetRxLatencyRecord late);

    private static void Change(byte[] record, Changing change) => change(ref MemoryMarshal.AsRef<NetRxLatencyRecord>(record.AsSpan()));
}
