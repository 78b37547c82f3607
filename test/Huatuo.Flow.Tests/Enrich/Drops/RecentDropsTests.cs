using Huatuo.Bpf.Abi;
using Huatuo.Flow.Enrich.Drops;
using Huatuo.Flow.Ledger;
using Huatuo.Linux.Clock;

namespace Huatuo.Flow.Tests.Enrich.Drops;

public sealed class RecentDropsTests
{
    private const uint Segment = 1000;
    private static readonly SegmentFlow s_flow = new(SegmentFlow.Address([10, 0, 0, 1]), SegmentFlow.Address([10, 0, 0, 2]), 40000, 443);

    private readonly KernelLedger _ledger = new();
    private readonly RecentDrops _drops;
    private LedgerCounters _counters;
    private Action _catchUp = () => { };
    private long _now = 100;

    public RecentDropsTests()
    {
        _ledger.Begin(values =>
        {
            values.Clear();
            values[0] = _counters;
            return true;
        });
        _drops = new RecentDrops(
            () =>
            {
                _catchUp();
                return Task.CompletedTask;
            },
            new KernelClock(_ => _now));
    }

    private static DroppedSegment Drop(ulong at, uint sequence = Segment, uint length = 100, uint? acknowledgement = 1, SegmentFlow? flow = null) =>
        new(flow ?? s_flow, sequence, unchecked(sequence + length), acknowledgement, at, SkbAddress: at, Location: 0, Reason: 0);

    private static SentSegment Again(ulong after = 150, ulong before = 300, uint sequence = Segment, uint length = 100) =>
        new(s_flow, sequence, unchecked(sequence + length), after, before, Now: before + 10);

    private DropSearch Find(SentSegment segment) => _drops.Find(segment, out _);

    [Fact]
    public void NobodyLooks()
    {
        Assert.Equal(DropSearch.Unknown, Find(Again()));
        _drops.Watch(_ledger, all: false);
        Assert.Equal(DropSearch.Unknown, Find(Again()));
        _drops.Watch(_ledger, all: true);
        Assert.Equal(DropSearch.None, Find(Again()));
        _drops.Leave();
        Assert.Equal(DropSearch.Unknown, Find(Again()));
    }

    [Fact]
    public void WhatWasSentBeforeAnybodyLookedIsNotKnown()
    {
        _drops.Watch(_ledger, all: true);
        Assert.Equal(DropSearch.Unknown, Find(Again(after: 99)));
        Assert.Equal(DropSearch.None, Find(Again(after: 100)));
    }

    [Fact]
    public void DropsThatWereMissedMakeTheTimeBeforeUnknown()
    {
        _counters.Lost = 7;
        _drops.Watch(_ledger, all: true);
        Assert.Equal(DropSearch.None, Find(Again(after: 150)));
        (_counters.RateLimited, _now) = (1, 500);
        Assert.Equal(DropSearch.Unknown, Find(Again(after: 499, before: 600)));
        _now = 900;
        Assert.Equal(DropSearch.None, Find(Again(after: 500, before: 600)));
        _counters.Lost++;
        Assert.Equal(DropSearch.Unknown, Find(Again(after: 500, before: 600)));
    }

    [Theory]
    [InlineData(Segment, 100, DropSearch.Segment)]
    [InlineData(Segment + 99, 1, DropSearch.Segment)]
    [InlineData(Segment + 100, 1, DropSearch.None)]
    [InlineData(Segment - 1, 1, DropSearch.None)]
    [InlineData(Segment - 1, 2, DropSearch.Segment)]
    [InlineData(Segment, 0, DropSearch.None)]
    public void ASegmentIsFoundByItsNumbers(uint sequence, uint length, DropSearch found)
    {
        _drops.Watch(_ledger, all: true);
        _drops.Note(Drop(200, sequence, length));
        Assert.Equal(found, Find(Again()));
    }

    [Fact]
    public void NumbersWrap()
    {
        _drops.Note(Drop(200, sequence: uint.MaxValue - 9, length: 20));
        Assert.Equal(DropSearch.Segment, Find(Again(sequence: 5, length: 100)));
        Assert.Equal(DropSearch.Segment, Find(Again(sequence: uint.MaxValue - 99, length: 95)));
        Assert.Equal(DropSearch.Unknown, Find(Again(sequence: 10, length: 100)));
    }

    [Theory]
    [InlineData(Segment, DropSearch.None)]
    [InlineData(Segment + 1, DropSearch.Acknowledgement)]
    [InlineData(Segment + 5000, DropSearch.Acknowledgement)]
    [InlineData(Segment + (1u << 31), DropSearch.None)]
    public void AnAcknowledgementIsFoundByItsNumber(uint acknowledgement, DropSearch found)
    {
        _drops.Watch(_ledger, all: true);
        _drops.Note(Drop(200, sequence: 77, length: 0, acknowledgement, s_flow.Reversed));
        Assert.Equal(found, Find(Again()));
    }

    [Fact]
    public void OtherConnectionsAreNotMistakenForIt()
    {
        _drops.Note(Drop(200, flow: s_flow with { SourcePort = 1 }));
        _drops.Note(Drop(200, flow: s_flow with { DestinationPort = 1 }));
        _drops.Note(Drop(200, flow: s_flow with { Source = 1 }));
        _drops.Note(Drop(200, flow: s_flow with { Destination = 1 }));
        _drops.Note(Drop(200, acknowledgement: null, flow: s_flow.Reversed));
        Assert.Equal(DropSearch.Unknown, Find(Again()));
    }

    [Theory]
    [InlineData(149, false)]
    [InlineData(150, true)]
    [InlineData(299, true)]
    [InlineData(300, false)]
    public void OnlyTheLossOfTheTransmissionBeforeExplainsThisOne(ulong at, bool found)
    {
        _drops.Note(Drop(at));
        Assert.Equal(found ? DropSearch.Segment : DropSearch.Unknown, Find(Again(after: 150, before: 300)));
    }

    [Fact]
    public void TheNewestIsTakenAndTheSegmentBeforeAnAcknowledgement()
    {
        _drops.Note(Drop(210, sequence: 77, length: 0, Segment + 100, s_flow.Reversed));
        _drops.Note(Drop(220, sequence: 77, length: 0, Segment + 100, s_flow.Reversed));
        Assert.Equal(DropSearch.Acknowledgement, _drops.Find(Again(), out DroppedSegment drop));
        Assert.Equal(220UL, drop.MonotonicNs);
        _drops.Note(Drop(160));
        _drops.Note(Drop(170));
        _drops.Note(Drop(230, sequence: 77, length: 0, Segment + 100, s_flow.Reversed));
        Assert.Equal(DropSearch.Segment, _drops.Find(Again(), out drop));
        Assert.Equal(170UL, drop.MonotonicNs);
    }

    [Fact]
    public void TheOldestAreForgottenAndTheirTimeIsUnknown()
    {
        _drops.Watch(_ledger, all: true);
        _drops.Note(Drop(160));
        for (uint i = 1; i < RecentDrops.Capacity; i++)
            _drops.Note(Drop(160 + i, sequence: Segment + 100 * i));
        Assert.Equal(DropSearch.Segment, Find(Again()));
        _drops.Note(Drop(5000, sequence: 0));
        Assert.Equal(DropSearch.Unknown, Find(Again()));
        Assert.Equal(DropSearch.None, Find(Again(after: 161)));
    }

    [Fact]
    public void WhatStillLiesInTheRingIsReadFirst()
    {
        int calls = 0;
        _catchUp = () =>
        {
            calls++;
            _drops.Note(Drop(200));
        };
        Assert.Equal(DropSearch.Unknown, Find(Again()));
        _drops.Watch(_ledger, all: true);
        _now = 400;
        Assert.Equal(DropSearch.Segment, Find(Again()));
        Assert.Equal(1, calls);
        // Nothing older than that can still come.
        Assert.Equal(DropSearch.None, Find(Again(sequence: 9000)));
        Assert.Equal(1, calls);
        Assert.Equal(DropSearch.None, Find(Again(sequence: 9000, before: 395)));
        Assert.Equal(2, calls);
    }

    [Fact]
    public void NothingIsAllocatedForADrop()
    {
        _drops.Note(Drop(1));
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (uint i = 0; i < 5000; i++)
            _drops.Note(Drop(i));
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }
}
