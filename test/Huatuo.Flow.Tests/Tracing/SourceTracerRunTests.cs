using Huatuo.Bpf.Abi;
using Huatuo.Flow.Ledger;
using Huatuo.Flow.Tracing;
using Huatuo.Linux.Clock;
using Microsoft.Extensions.Time.Testing;

namespace Huatuo.Flow.Tests.Tracing;

public sealed class SourceTracerRunTests
{
    private readonly FakeTimeProvider _time = new(DateTimeOffset.MinValue);
    private readonly TracerLedger _ledger = new("t", [], []);

    private SourceTracerRun Run(uint perSecond)
    {
        var run = new SourceTracerRun(_ledger, null!, perSecond, _time, () => { });
        _ledger.Kernel.Begin(run.Read);
        return run;
    }

    [Fact]
    public void EveryHappeningIsCountedOnce()
    {
        SourceTracerRun run = Run(perSecond: 2);
        Assert.False(run.Take(wanted: false));
        Assert.Equal([true, true, false], Enumerable.Range(0, 3).Select(_ => run.Take(wanted: true)));
        run.Lose(5);
        LedgerCounters counters = _ledger.Kernel.Read();
        Assert.Equal((9UL, 1UL, 1UL, 5UL, 2UL), (counters.Hits, counters.Filtered, counters.RateLimited, counters.Lost, counters.Submitted));
    }

    [Fact]
    public void TheLimitIsOfEachSecond()
    {
        SourceTracerRun run = Run(perSecond: 1);
        Assert.True(run.Take(wanted: true));
        Assert.False(run.Take(wanted: true));
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.True(run.Take(wanted: true));
    }

    [Fact]
    public void ZeroIsNoLimit()
    {
        SourceTracerRun run = Run(perSecond: 0);
        Assert.All(Enumerable.Range(0, 1000), _ => Assert.True(run.Take(wanted: true)));
    }

    [Fact]
    public void WhatWasTakenAndIsNoEventIsADecodeError()
    {
        Run(perSecond: 0).Malformed();
        Assert.Equal(1, _ledger.DecodeErrors);
    }

    [Fact]
    public void TimeIsTheKernelsInNanoseconds()
    {
        var run = new SourceTracerRun(_ledger, null!, 0, TimeProvider.System, () => { });
        ulong before = (ulong)new KernelClock().MonotonicNow();
        ulong now = run.MonotonicNow;
        Assert.InRange(now, before, (ulong)new KernelClock().MonotonicNow());
        ulong stopped = Run(perSecond: 0).MonotonicNow;
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(1_000_000_000UL, Run(perSecond: 0).MonotonicNow - stopped);
    }
}
