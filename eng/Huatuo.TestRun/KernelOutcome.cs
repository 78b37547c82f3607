namespace Huatuo.TestRun;

/// <summary>What became of the tests on one kernel.</summary>
/// <param name="Family">Such as <c>6.12</c>.</param>
/// <param name="Release">What the kernel calls itself.</param>
/// <param name="IsHost">Whether it is this machine's own.</param>
/// <param name="Hybrid">Whether its controllers were those of cgroup v1 in the virtual machine.</param>
/// <param name="Passed">How many tests passed.</param>
/// <param name="Failed">How many failed, the program itself included.</param>
/// <param name="Lacks">The reasons of skips with their number, in the order of their names.</param>
internal sealed record KernelOutcome(string Family, string Release, bool IsHost, bool Hybrid, int Passed, int Failed, IReadOnlyDictionary<string, int> Lacks)
{
    private static readonly string[] Prefixes = ["this kernel lacks ", "needs "];

    public string Environment => IsHost ? HostStand.Name : Family;

    public string Where => IsHost ? "machine" : Hybrid ? "virtual machine, cgroup v1" : "virtual machine";

    public bool Good => Passed > 0 && Failed == 0;

    public static KernelOutcome Of(string family, string release, bool isHost, bool hybrid, ProgramResult result) => new(
        family,
        release,
        isHost,
        hybrid,
        result.Tests.Count(test => test.Outcome == Outcome.Passed),
        result.Tests.Count(test => test.Outcome == Outcome.Failed) + (result.Fault is null ? 0 : 1),
        new SortedDictionary<string, int>(
            result.Tests.Where(test => test.Outcome == Outcome.Skipped).CountBy(test => Feature(test.Detail)).ToDictionary(),
            StringComparer.Ordinal));

    public override string ToString()
    {
        string skipped = string.Concat(Lacks.Select(lack => $"\n      {lack.Value} skipped: {lack.Key}"));
        return $"{Family} ({Release}): {Passed} passed, {Failed} failed, {Lacks.Values.Sum()} skipped{skipped}";
    }

    private static string Feature(string reason) => Prefixes.FirstOrDefault(prefix => reason.StartsWith(prefix, StringComparison.Ordinal)) is { } prefix ? reason[prefix.Length..] : reason;
}
