using Huatuo.EndToEnd.Tests.Metrics;
using static Huatuo.EndToEnd.Tests.Metrics.LedgerBalance;

namespace Huatuo.EndToEnd.Tests.Ledger;

public sealed class LedgerTests(Scenarios scenarios) : IClassFixture<Scenarios>
{
    [Fact]
    public async Task A_flood_far_over_the_limit_balances()
    {
        Outcome outcome = await scenarios.Flood;
        AssertHolds(outcome.Last);
        Assert.True(outcome.Sent >= 60_000);
        Assert.True(outcome.Last.Sum(Hits) + outcome.Last.Sum("huatuo_bpf_recursion_misses_total") >= outcome.Sent, "every packet was a hit");
        Assert.True(outcome.Last.Sum(RateLimited) > outcome.Sent / 2, "most were over the limit");
        Assert.True(outcome.Last.Sum(Filtered) >= 3000, "UDP was filtered");
        Assert.Equal(outcome.Last.Local(Stored), outcome.StoredLines);
        Assert.Equal(0, outcome.Last.Sum(DecodeErrors));
    }

    [Theory]
    [InlineData("ringbuf")]
    [InlineData("perf")]
    public async Task A_stopped_reader_loses_and_balances(string transport)
    {
        Outcome outcome = await scenarios.StoppedReader(transport);
        AssertHolds(outcome.Last);
        Assert.True(outcome.Last.Sum(Lost) > outcome.Sent / 2, "most found the ring full");
        Assert.True(outcome.Last.Local(Stored) >= 105, "what came before and after is stored");
        Assert.Equal(outcome.Last.Local(Stored), outcome.StoredLines);
        Assert.Equal(0, outcome.Last.Sum(DecodeErrors));
        long reported = outcome.Last.Sum("huatuo_perf_lost_records");
        Assert.True(reported <= outcome.Last.Sum(Lost), $"{reported} reported");
        Assert.Equal(transport == "perf", reported > 0);
    }

    [Fact]
    public async Task A_full_disk_balances_and_recovers()
    {
        Outcome outcome = await scenarios.FullDisk;
        Assert.All(outcome.Rests, AssertHolds);
        (Scrape full, Scrape freed, Scrape after) = (outcome.Rests[0], outcome.Rests[1], outcome.Rests[2]);
        Assert.True(full.Sum(SinkDropped, ("sink", "local"), ("stage", "full")) > 0);
        Assert.True(full.Local(Pending) > 0, "some wait for the disk");
        Assert.Equal(full.Local(Stored) + full.Local(Pending), freed.Local(Stored));
        Assert.Equal(freed.Local(Stored) + 50, after.Local(Stored));
        Assert.Equal(after.Local(Stored), outcome.StoredLines);
        Assert.True(full.Sqlite(SinkDropped) > 0, "the event store is on the same disk");
        Assert.Equal(full.Sqlite(Stored) + full.Sqlite(Pending), freed.Sqlite(Stored));
    }

    [Fact]
    public async Task A_rule_ignores_exactly_its_events()
    {
        Outcome outcome = await scenarios.Ignoring;
        AssertHolds(outcome.Last);
        Assert.Equal(outcome.Sent, outcome.Last.Sum(Ignored, ("rule", Scenarios.Rule)));
        Assert.Equal(outcome.Sent, outcome.Last.Sum(Ignored));
        Assert.Equal(10, outcome.Last.Local(Stored));
        Assert.Equal(10, outcome.StoredLines);
    }

    /// <summary>What is always zero here: nothing this tracer has twice, and no fault of the program itself.</summary>
    [Fact]
    public async Task The_scenarios_together_use_every_term_that_can_be_used()
    {
        Scrape[] rests = await scenarios.RestsAsync();
        Assert.Equal(
            [Deduplicated, DecodeErrors, Suppressed, Dropped, Recovered, DeadLetter],
            Terms.Where(term => rests.All(rest => rest.Sum(term) == 0)));
    }

    [Theory]
    [InlineData(Hits)]
    [InlineData(Filtered)]
    [InlineData(RateLimited)]
    [InlineData(Lost)]
    [InlineData(Submitted)]
    [InlineData(Decoded)]
    [InlineData(Ignored)]
    [InlineData(Accepted)]
    [InlineData(Stored)]
    [InlineData(SinkDropped)]
    [InlineData(Pending)]
    public async Task A_term_left_out_is_noticed(string term)
    {
        Scrape[] rests = await scenarios.RestsAsync();
        Assert.All(rests, AssertHolds);
        Assert.Contains(rests, rest => Residuals(rest, without: term).Any(residual => residual != 0));
    }
}
