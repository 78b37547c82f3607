namespace Huatuo.TestRun;

/// <summary>What became of one test in one environment.</summary>
internal enum Outcome
{
    Passed,
    Failed,
    Skipped,
}
