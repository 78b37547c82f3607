using Huatuo.Bpf.Rings;
using Huatuo.Flow.Ledger;
using Huatuo.Flow.Tracing;

namespace Huatuo.Flow.Tests.Tracing;

public sealed class SlowLaneTests
{
    private sealed class Decoder(Action<byte[]> decode) : IRecordHandler
    {
        public void OnRecord(ReadOnlySpan<byte> record) => decode(record.ToArray());
    }

    [Fact]
    public async Task RecordsAreCopiedAndDecodedInOrder()
    {
        await using var lane = new SlowLane();
        var ledger = new TracerLedger("t", [], []);
        List<byte> seen = [];
        IRecordHandler entrance = lane.Behind(new Decoder(record => seen.Add(record[0])), ledger);
        byte[] memory = new byte[1];
        for (byte i = 0; i < 100; i++)
        {
            memory[0] = i;
            entrance.OnRecord(memory);
        }
        await lane.DrainAsync();
        Assert.Equal(Enumerable.Range(0, 100).Select(i => (byte)i), seen);
        Assert.Equal((0L, 0L), (ledger.Decoded, ledger.DecodeErrors));
    }

    [Fact]
    public async Task WhatFindsNoRoomIsCounted()
    {
        await using var lane = new SlowLane();
        var ledger = new TracerLedger("t", [], []);
        using var gate = new SemaphoreSlim(0);
        long decoded = 0;
        IRecordHandler entrance = lane.Behind(new Decoder(_ =>
        {
            gate.Wait(TimeSpan.FromMinutes(1));
            decoded++;
        }), ledger);
        const int records = 5000;
        for (int i = 0; i < records; i++)
            entrance.OnRecord([1]);
        gate.Release(records);
        await lane.DrainAsync();
        Assert.NotEqual(0, ledger.Dropped(DropStage.Queue));
        Assert.Equal(records, decoded + ledger.Dropped(DropStage.Queue));
        Assert.Equal(ledger.Decoded, ledger.Dropped(DropStage.Queue));
    }

    [Fact]
    public async Task AfterTheEndDrainingReturns()
    {
        var lane = new SlowLane();
        await lane.DisposeAsync();
        await lane.DrainAsync();
    }
}
