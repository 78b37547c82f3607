namespace Huatuo.TestRun;

/// <summary>
/// The tests of a run, each once, whatever the number of environments: failed if it failed anywhere, else passed if it passed
/// anywhere, else skipped. A program that failed as a whole counts as one failed test.
/// </summary>
internal sealed record Merged(IReadOnlyList<TestRecord> Tests)
{
    public IEnumerable<TestRecord> Failures => Tests.Where(test => test.Outcome == Outcome.Failed);

    /// <summary>The tests that ran nowhere.</summary>
    public IEnumerable<TestRecord> Skips => Tests.Where(test => test.Outcome == Outcome.Skipped);

    public int Passed => Tests.Count(test => test.Outcome == Outcome.Passed);

    /// <summary>
    /// Whether the run as a whole is good: something passed, nothing failed, and nothing was skipped everywhere, unless a
    /// kernel that was asked for could not be booted, which the summary says.
    /// </summary>
    /// <param name="kernels">The kernels that were asked for.</param>
    public bool IsGood(IEnumerable<TestKernel> kernels) => Passed > 0 && !Failures.Any() && (!Skips.Any() || kernels.Any(kernel => !kernel.IsTested));

    public static Merged Of(IEnumerable<ProgramResult> results)
    {
        List<TestRecord> merged = [];
        foreach (var program in results.GroupBy(result => result.Project))
        {
            merged.AddRange(program.Where(result => result.Fault is not null).Select(Fault));
            if (program.All(result => result is { Environment: HostStand.Name, Fault: null, Tests.Count: 0 }))
                merged.Add(new TestRecord(program.Key, "(program)", Outcome.Failed, TimeSpan.Zero, "it ran no test"));
            merged.AddRange(program.Where(RanNothing).Select(guest => new TestRecord(program.Key, "(program)", Outcome.Failed, TimeSpan.Zero, $"in {guest.Environment}: it ran no test")));
            merged.AddRange(program.SelectMany(Numbered).GroupBy(entry => entry.Key).Select(entries => One([.. entries.Select(entry => entry.Test)])));
        }
        return new Merged(merged);
    }

    // A machine is booted to run tests; the host may have none of them.
    private static bool RanNothing(ProgramResult result) =>
        result.Environment != HostStand.Name && result.Fault is null && result.Tests.All(test => test.Outcome == Outcome.Skipped);

    private static TestRecord Fault(ProgramResult result) =>
        new(result.Project, "(program)", Outcome.Failed, TimeSpan.Zero, $"in {result.Environment}: {result.Fault}");

    // Two tests of one program may have one name (rows of a theory that print alike): the n-th here is the n-th there.
    private static IEnumerable<((string Name, int Nth) Key, TestRecord Test)> Numbered(ProgramResult result)
    {
        foreach (var alike in result.Tests.GroupBy(test => test.Name))
        {
            int nth = 0;
            foreach (var test in alike)
                yield return ((test.Name, nth++), test with { Detail = test.Detail.Length == 0 ? "" : $"in {result.Environment}: {test.Detail}" });
        }
    }

    private static TestRecord One(IReadOnlyList<TestRecord> everywhere)
    {
        var outcome = everywhere.Any(test => test.Outcome == Outcome.Failed) ? Outcome.Failed
            : everywhere.Any(test => test.Outcome == Outcome.Passed) ? Outcome.Passed
            : Outcome.Skipped;
        var deciding = everywhere.Where(test => test.Outcome == outcome).ToList();
        return deciding[0] with { Time = deciding.Max(test => test.Time), Detail = string.Join('\n', deciding.Select(test => test.Detail).Where(detail => detail.Length > 0)) };
    }
}
