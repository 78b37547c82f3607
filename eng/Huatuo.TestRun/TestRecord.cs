namespace Huatuo.TestRun;

/// <summary>One test of one program in one environment.</summary>
/// <param name="Project">The test project, for instance <c>Huatuo.Flow.Tests</c>.</param>
/// <param name="Name">The display name; unique within a program only together with its position among equal names.</param>
/// <param name="Outcome">What became of it.</param>
/// <param name="Time">How long it ran.</param>
/// <param name="Detail">Message, stack and output of a failure; the reason of a skip; empty for a pass.</param>
internal sealed record TestRecord(string Project, string Name, Outcome Outcome, TimeSpan Time, string Detail)
{
    /// <summary>What it saw of tracers; the tests of a tracer on a kernel attach that.</summary>
    public IReadOnlyList<Observation> Observed { get; init; } = [];
}
