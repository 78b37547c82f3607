using System.Text.RegularExpressions;

namespace Huatuo.TestRun;

/// <summary>A family of kernels that was asked for.</summary>
/// <param name="Family">Such as <c>6.12</c>.</param>
/// <param name="Release">The kernel that stands for it; empty when it is not tested.</param>
/// <param name="Missing">Why it is not tested; empty when it is.</param>
/// <param name="Hybrid">Whether it is booted with the controllers of cgroup v1.</param>
internal sealed partial record TestKernel(string Family, string Release, string Missing, bool Hybrid = false)
{
    public bool IsTested => Missing.Length == 0;

    /// <summary>Reads what <c>Huatuo.Vm fetch</c> says: <c>FAMILY: RELEASE remark</c>, <c>FAMILY: RELEASE hybrid remark</c> or <c>FAMILY: not tested, why</c>.</summary>
    public static IReadOnlyList<TestKernel> Parse(string text) =>
        [.. Line().Matches(text).Select(match => new TestKernel(match.Groups["family"].Value, match.Groups["release"].Value, match.Groups["missing"].Value.Trim(), match.Groups["hybrid"].Success))];

    [GeneratedRegex(@"^(?<family>\d+\.\d+|newest): (not tested, (?<missing>.+)|(?<release>\d\S*)(?<hybrid> hybrid\b)?.*)$", RegexOptions.Multiline)]
    private static partial Regex Line();
}
