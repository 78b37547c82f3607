using Huatuo.Flow.Enrich;
using Huatuo.Linux.Kallsyms;
using Microsoft.Extensions.Time.Testing;

namespace Huatuo.Flow.Tests.Enrich;

public sealed class SymbolSourceTests
{
    private static readonly KernelSymbols s_symbols = KernelSymbols.Load("/nonexistent");

    /// <summary>Waits for what another thread does, a minute at most.</summary>
    internal static async Task Until(Func<bool> happened)
    {
        using var bound = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        while (!happened())
        {
            bound.Token.ThrowIfCancellationRequested();
            await Task.Yield();
        }
    }

    [Fact]
    public async Task TheTableIsReadOnceWhenFirstNeeded()
    {
        int loads = 0;
        var source = new SymbolSource(() =>
        {
            Interlocked.Increment(ref loads);
            return s_symbols;
        }, new FakeTimeProvider());
        source.Missed();
        Assert.Null(source.Current);
        await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => source.ReadyAsync()));
        Assert.Same(s_symbols, source.Current);
        Assert.True(source.ReadyAsync().IsCompletedSuccessfully);
        Assert.Equal(1, loads);
    }

    [Fact]
    public async Task AMissReadsItAgainAtMostOnceInAnIntervalThatGrowsWhileNothingIsNew()
    {
        var time = new FakeTimeProvider();
        using Proc proc = new Proc().Write("kallsyms", "ffffffff81000000 T first\n");
        int loads = 0;
        var source = new SymbolSource(() =>
        {
            Interlocked.Increment(ref loads);
            return KernelSymbols.Load(proc.Root);
        }, time);
        await source.ReadyAsync();
        int[] intervals = [1, 2, 4, 8, 16, 32, 64, 64, 1, 2];
        for (int round = 1; round <= intervals.Length; round++)
        {
            if (round == 8)
                proc.Write("kallsyms", "ffffffff81000000 T first\nffffffff81100000 T other\n");
            KernelSymbols before = source.Current!;
            time.Advance(SymbolSource.Interval * intervals[round - 1] - TimeSpan.FromTicks(1));
            for (int i = 0; i < 100; i++)
                source.Missed();
            Assert.Equal(round, loads);
            time.Advance(TimeSpan.FromTicks(1));
            await Until(() =>
            {
                source.Missed();
                return source.Current != before;
            });
            Assert.Equal(round + 1, loads);
        }
    }

    [Fact]
    public async Task WhileItIsReadTheOldTableAnswersAndNoSecondReadingBegins()
    {
        var time = new FakeTimeProvider();
        using var gate = new ManualResetEventSlim(true);
        int loads = 0;
        var source = new SymbolSource(() =>
        {
            Interlocked.Increment(ref loads);
            gate.Wait(TimeSpan.FromMinutes(1));
            return KernelSymbols.Load("/nonexistent");
        }, time);
        await source.ReadyAsync();
        KernelSymbols old = source.Current!;
        gate.Reset();
        time.Advance(SymbolSource.Interval);
        source.Missed();
        await Until(() => Volatile.Read(ref loads) == 2);
        source.Missed();
        Assert.Same(old, source.Current);
        gate.Set();
        await Until(() => source.Current != old);
        Assert.Equal(2, loads);
    }
}
