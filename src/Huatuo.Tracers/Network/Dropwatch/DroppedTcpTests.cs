using System.Buffers.Binary;
using Huatuo.Bpf.Filters;
using Huatuo.Flow.Enrich.Drops;
using Huatuo.Tracers.Tests;

namespace Huatuo.Tracers.Network.Dropwatch;

public sealed class DroppedTcpTests
{
    private const byte Fin = 1, Syn = 2, Psh = 8, Ack = 16;

    private static DropwatchRecord Record(bool v4, byte flags, int payload, byte protocol = 6, int headerWords = 8, uint sequence = 1000)
    {
        int network = v4 ? 20 : 40;
        byte[] packet = new byte[network + headerWords * 4];
        packet[0] = (byte)(v4 ? 0x45 : 0x60);
        packet[v4 ? 9 : 6] = protocol;
        BinaryPrimitives.WriteUInt16BigEndian(packet.AsSpan(v4 ? 2 : 4), (ushort)((v4 ? network : 0) + headerWords * 4 + payload));
        packet[v4 ? 15 : 23] = 1;
        packet[v4 ? 19 : 39] = 2;
        Span<byte> tcp = packet.AsSpan(network);
        BinaryPrimitives.WriteUInt16BigEndian(tcp, 40000);
        BinaryPrimitives.WriteUInt16BigEndian(tcp[2..], 443);
        BinaryPrimitives.WriteUInt32BigEndian(tcp[4..], sequence);
        BinaryPrimitives.WriteUInt32BigEndian(tcp[8..], 77);
        tcp[12] = (byte)(headerWords << 4);
        tcp[13] = flags;
        var record = new DropwatchRecord
        {
            EthernetProtocol = (ushort)(v4 ? 0x0800 : 0x86dd),
            PacketBytes = (byte)packet.Length,
            SkbLength = 70_000,
            SkbAddress = 0xabc,
            Location = 0xdef,
            Reason = 5,
        };
        record.Header.MonotonicNs = 9;
        packet.CopyTo(record.Packet);
        return record;
    }

    [Theory]
    [InlineData(true, Psh | Ack, 500, 500, 77u)]
    [InlineData(false, Psh | Ack, 500, 500, 77u)]
    [InlineData(true, Syn, 0, 1, null)]
    [InlineData(false, Syn | Ack, 0, 1, 77u)]
    [InlineData(true, Fin | Ack, 10, 11, 77u)]
    [InlineData(true, Ack, 0, 0, 77u)]
    public void ItsNumbersAreTheHeaders(bool v4, byte flags, int payload, int length, uint? acknowledgement)
    {
        Assert.True(DroppedTcp.TryRead(Record(v4, flags, payload), out DroppedSegment segment));
        var flow = v4
            ? new SegmentFlow(SegmentFlow.Address([0, 0, 0, 1]), SegmentFlow.Address([0, 0, 0, 2]), 40000, 443)
            : new SegmentFlow(1, 2, 40000, 443);
        Assert.Equal(new DroppedSegment(flow, 1000, 1000 + (uint)length, acknowledgement, 9, 0xabc, 0xdef, 5), segment);
    }

    [Fact]
    public void NumbersWrapAndLengthsThatDoNotFitTheHeaderAreThePackets()
    {
        Assert.True(DroppedTcp.TryRead(Record(true, Ack, 500, sequence: uint.MaxValue - 99), out DroppedSegment segment));
        Assert.Equal(400u, segment.EndSequence);
        DropwatchRecord large = Record(true, Ack, 0);
        large.Packet[2] = large.Packet[3] = 0;
        Assert.True(DroppedTcp.TryRead(large, out segment));
        Assert.Equal(1000u + 70_000, segment.EndSequence);
    }

    [Fact]
    public void OtherPacketsAreNone()
    {
        Assert.False(DroppedTcp.TryRead(Record(true, Ack, 0, protocol: 17), out _));
        Assert.False(DroppedTcp.TryRead(Record(true, Ack, 0, headerWords: 4), out _));
        Assert.False(DroppedTcp.TryRead(default, out _));
    }

    [Fact]
    public void AnyBytesAreASegmentOrNone()
    {
        byte[] noise = new byte[120];
        int segments = 0;
        for (int seed = 0; seed < 20_000; seed++)
        {
            var random = new Random(seed);
            random.NextBytes(noise);
            DropwatchRecord record = Record(seed % 2 == 0, Ack, 0);
            noise.AsSpan(0, random.Next(60)).CopyTo(((Span<byte>)record.Packet)[random.Next(60)..]);
            record.PacketBytes = (byte)random.Next(121);
            if (DroppedTcp.TryRead(record, out _))
                segments++;
        }
        Assert.InRange(segments, 1000, 19_000);
    }

    [Fact]
    public async Task TheTracerNotesThem()
    {
        var golden = new Golden("Network/Dropwatch");
        await using TracerStand stand = await TracerStand.StartAsync(new DropwatchTracer(), new Dictionary<string, IReadOnlyDictionary<uint, string>>());
        byte[] bytes = golden.Record("tcp4-softirq");
        DropwatchRecord record = System.Runtime.InteropServices.MemoryMarshal.Read<DropwatchRecord>(bytes);
        Assert.True(DroppedTcp.TryRead(record, out DroppedSegment segment));
        var again = new SentSegment(segment.Flow, segment.Sequence, segment.EndSequence, 0, ulong.MaxValue, ulong.MaxValue);
        Assert.Equal(DropSearch.Unknown, stand.Drops.Find(again, out _));
        Assert.True(stand.OnRecord(bytes));
        Assert.NotEqual(DropSearch.Unknown, stand.Drops.Find(again, out DroppedSegment found));
        Assert.Equal(segment, found);
    }

    [Fact]
    public void OnlyWithoutAFilterAllAreSeen()
    {
        Assert.True(new DropwatchOptions().SeesAllTcp);
        Assert.True(new DropwatchOptions { Protocols = [] }.SeesAllTcp);
        Assert.False(new DropwatchOptions { Protocols = [PacketProtocol.Udp] }.SeesAllTcp);
        Assert.False(new DropwatchOptions { Ports = [443] }.SeesAllTcp);
        Assert.False(new DropwatchOptions { Addresses = [System.Net.IPNetwork.Parse("10.0.0.0/8")] }.SeesAllTcp);
        Assert.False(new DropwatchOptions { Devices = ["eth0"] }.SeesAllTcp);
        Assert.False(new DropwatchOptions { DevicesExcluded = ["eth0"] }.SeesAllTcp);
        Assert.False(new DropwatchOptions { Reasons = ["NO_SOCKET"] }.SeesAllTcp);
        Assert.True(PacketFilter.TryCompile("tcp", out PacketFilter? filter, out _));
        Assert.False(new DropwatchOptions { Filter = filter }.SeesAllTcp);
    }
}
