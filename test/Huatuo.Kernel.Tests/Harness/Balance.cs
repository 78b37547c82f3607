using Huatuo.Bpf.Abi;
using Huatuo.Flow.Ledger;

namespace Huatuo.Kernel.Tests.Harness;

/// <summary>The ledger of a tracer that was stopped: every term, and no residual.</summary>
internal static class Balance
{
    internal static void Check(RunningTracer tracer)
    {
        TracerLedger ledger = tracer.Ledger;
        LedgerCounters kernel = ledger.Kernel.Read();
        Assert.Equal(kernel.Hits, kernel.Filtered + kernel.RateLimited + kernel.Deduplicated + kernel.Lost + kernel.Submitted);
        Assert.Equal((long)kernel.Submitted, ledger.Decoded + ledger.DecodeErrors);
        long suppressed = Enum.GetValues<SuppressReason>().Sum(ledger.Suppressed);
        long dropped = Enum.GetValues<DropStage>().Sum(ledger.Dropped);
        Assert.Equal(ledger.Decoded, Enumerable.Range(0, ledger.Rules.Count).Sum(ledger.Ignored) + suppressed + dropped + ledger.Accepted);
        SinkLedger sink = Assert.Single(ledger.Sinks);
        Assert.Equal(ledger.Accepted, sink.Stored);
        Assert.Equal(tracer.Sink.Count, sink.Stored);
    }
}
