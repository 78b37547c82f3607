using Huatuo.Bpf.Abi;
using Huatuo.Flow.Ledger;

namespace Huatuo.Flow.Tests.Ledger;

public sealed class LedgerTests
{
    [Fact]
    public void EveryTermOfATracerIsItsOwn()
    {
        var ledger = new TracerLedger("t", ["a", "b"], ["file", "other"]);
        ledger.CountDecodeError();
        for (int i = 0; i < 10; i++)
            ledger.CountDecoded();
        ledger.CountersOf(["a", "b"])[1].Count();
        ledger.CountersOf(["a", "b"])[1].Count();
        ledger.CountDropped(DropStage.Encode);
        for (int i = 0; i < 7; i++)
            ledger.CountAccepted();
        Assert.Equal((1L, 10L, 0L, 2L, 1L, 0L, 7L), (ledger.DecodeErrors, ledger.Decoded, ledger.Ignored(0), ledger.Ignored(1), ledger.Dropped(DropStage.Encode), ledger.Suppressed(SuppressReason.Backoff), ledger.Accepted));
        Assert.Equal(["file", "other"], ledger.Sinks.Select(sink => sink.Sink));
        Assert.Equal(("t", 2), (ledger.Tracer, ledger.Rules.Count));
    }

    [Fact]
    public void AtASinkWhatWasQueuedIsStoredDroppedOrPending()
    {
        var sink = new SinkLedger("file");
        sink.Recover(5);
        sink.Queue(10);
        sink.Store(4);
        sink.Drop(SinkStage.Write, 2);
        sink.DeadLetter(1);
        sink.Refuse();
        sink.Refuse(SinkStage.Full);
        sink.Drop(SinkStage.Spool, 3);
        Assert.Equal((5L, 4L, 1L, 5L), (sink.Recovered, sink.Stored, sink.DeadLetters, sink.Pending));
        Assert.Equal([1L, 1L, 2L, 0L, 3L], Enum.GetValues<SinkStage>().Select(sink.Dropped));
    }

    [Fact]
    public void TheKernelsTermsGoOnOverRuns()
    {
        var ledger = new KernelLedger();
        var run = new LedgerCounters();
        bool Read(Span<LedgerCounters> cpus)
        {
            cpus.Clear();
            cpus[0] = run;
            cpus[^1].Hits += 1;
            return true;
        }
        Assert.Equal(0UL, ledger.Read().Hits);
        ledger.Begin(Read);
        run = new LedgerCounters { Hits = 21, Filtered = 1, RateLimited = 2, Deduplicated = 3, Lost = 4, Submitted = 12 };
        Assert.Equal(22UL, ledger.Read().Hits);
        ledger.End();
        Assert.Equal(22UL, ledger.Read().Hits);
        run = new LedgerCounters { Hits = 100 };
        ledger.Begin(Read);
        Assert.Equal(123UL, ledger.Read().Hits);
        ledger.End();
        ledger.End();
        ledger.Begin(_ => false);
        LedgerCounters sum = ledger.Read();
        Assert.Equal((123UL, 1UL, 2UL, 3UL, 4UL, 12UL), (sum.Hits, sum.Filtered, sum.RateLimited, sum.Deduplicated, sum.Lost, sum.Submitted));
    }
}
