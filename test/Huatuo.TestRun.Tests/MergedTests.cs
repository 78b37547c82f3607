namespace Huatuo.TestRun.Tests;

public sealed class MergedTests
{
    [Fact]
    public void ATestCountsOnceOverAllEnvironments()
    {
        var merged = Merged.Of(
        [
            Program("P", "host", Passed("both"), Skipped("vm only", "no kprobes"), Skipped("nowhere", "no fentry"), Passed("breaks")),
            Program("P", "6.1", Passed("both", 9), Passed("vm only"), Skipped("nowhere", "no device"), Failed("breaks", "boom")),
            Program("Q", "host", Passed("both")),
        ]);

        Assert.Equal(
        [
            new TestRecord("P", "both", Outcome.Passed, TimeSpan.FromSeconds(9), ""),
            new TestRecord("P", "vm only", Outcome.Passed, TimeSpan.FromSeconds(1), ""),
            new TestRecord("P", "nowhere", Outcome.Skipped, TimeSpan.Zero, "in host: no fentry\nin 6.1: no device"),
            new TestRecord("P", "breaks", Outcome.Failed, TimeSpan.FromSeconds(1), "in 6.1: boom"),
            new TestRecord("Q", "both", Outcome.Passed, TimeSpan.FromSeconds(1), ""),
        ], merged.Tests);
        Assert.False(merged.IsGood([]));
    }

    [Fact]
    public void RowsThatPrintAlikeAreDifferentTests()
    {
        var merged = Merged.Of(
        [
            Program("P", "host", Passed("row"), Passed("row")),
            Program("P", "6.1", Passed("row"), Failed("row", "boom")),
        ]);

        Assert.Equal([Outcome.Passed, Outcome.Failed], merged.Tests.Select(test => test.Outcome));
    }

    [Fact]
    public void AllPassedIsGood() => Assert.True(Merged.Of([Program("P", "host", Passed("a"))]).IsGood([]));

    [Fact]
    public void NothingIsNotGood() => Assert.False(Merged.Of([]).IsGood([]));

    [Fact]
    public void WhatOnlyAMissingKernelCouldRunIsNoFault()
    {
        var merged = Merged.Of([Program("P", "host", Passed("a"), Skipped("b", "why"))]);
        Assert.True(merged.IsGood([new TestKernel("5.10", "", "the mirror does not answer")]));
        Assert.False(merged.IsGood([new TestKernel("5.10", "5.10.0-46", "")]));
    }

    [Fact]
    public void SkippedEverywhereIsNotGood() =>
        Assert.False(Merged.Of([Program("P", "host", Passed("a"), Skipped("b", "why"))]).IsGood([]));

    [Fact]
    public void AProgramWithoutTestsFails()
    {
        var merged = Merged.Of([Program("P", "host", Passed("a")), Program("Empty", "host")]);

        Assert.Equal([new TestRecord("Empty", "(program)", Outcome.Failed, TimeSpan.Zero, "it ran no test")], merged.Failures);
        Assert.False(merged.IsGood([]));
    }

    [Fact]
    public void AMachineThatRanNothingFails()
    {
        var merged = Merged.Of([Program("P", "host", Passed("a"), Passed("b")), Program("P", "6.1"), Program("P", "6.12", Skipped("a", "why"), Skipped("b", "why"))]);

        Assert.Equal(
        [
            new TestRecord("P", "(program)", Outcome.Failed, TimeSpan.Zero, "in 6.1: it ran no test"),
            new TestRecord("P", "(program)", Outcome.Failed, TimeSpan.Zero, "in 6.12: it ran no test"),
        ], merged.Failures);
    }

    [Fact]
    public void ATestMayRunInAMachineOnly() =>
        Assert.True(Merged.Of([Program("P", "host", Passed("a")), Program("P", "6.1", Passed("a"), Passed("b"))]).IsGood([]));

    [Fact]
    public void AFaultFailsTheProgramBesideItsTests()
    {
        var merged = Merged.Of([Program("P", "host", Passed("a")) with { Fault = "crashed" }]);

        Assert.Equal([new TestRecord("P", "(program)", Outcome.Failed, TimeSpan.Zero, "in host: crashed")], merged.Failures);
        Assert.Equal(1, merged.Passed);
        Assert.False(merged.IsGood([]));
    }

    internal static ProgramResult Program(string project, string environment, params TestRecord[] tests) =>
        new(project, environment, [.. tests.Select(test => test with { Project = project })]);

    internal static TestRecord Passed(string name, double seconds = 1) => new("", name, Outcome.Passed, TimeSpan.FromSeconds(seconds), "");

    internal static TestRecord Failed(string name, string detail) => new("", name, Outcome.Failed, TimeSpan.FromSeconds(1), detail);

    internal static TestRecord Skipped(string name, string reason) => new("", name, Outcome.Skipped, TimeSpan.Zero, reason);
}
