namespace Huatuo.TestRun;

/// <summary>What one test program did in one environment.</summary>
/// <param name="Project">The test project.</param>
/// <param name="Environment">Where it ran: <see cref="HostStand.Name"/>, or the family of a kernel.</param>
/// <param name="Tests">Its tests, in the order of its result file.</param>
/// <param name="Fault">Why the program itself failed (time limit, crash, no result), with the tail of its output; null if it did not.</param>
internal sealed record ProgramResult(string Project, string Environment, IReadOnlyList<TestRecord> Tests, string? Fault = null);
