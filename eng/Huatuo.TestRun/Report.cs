using System.Globalization;

namespace Huatuo.TestRun;

/// <summary>What a person reads at the end of a run; the last line is <c>N passed, N failed, N skipped</c>.</summary>
internal static class Report
{
    private const int Slowest = 20;

    /// <param name="to">Where it is written.</param>
    /// <param name="merged">The tests.</param>
    /// <param name="kernels">The kernels; left out when only this machine's was asked for.</param>
    public static void Write(TextWriter to, Merged merged, TestedKernels kernels)
    {
        foreach (var test in merged.Failures)
            Entry(to, "FAILED", test);
        foreach (var test in merged.Skips)
            Entry(to, "SKIPPED EVERYWHERE", test);

        to.WriteLine($"The {Slowest} slowest tests, in seconds:");
        foreach (var test in merged.Tests.OrderByDescending(test => test.Time).Take(Slowest))
            to.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{test.Time.TotalSeconds,9:F3}  {test.Project}: {test.Name}"));
        to.WriteLine();
        if (kernels.Kernels.Count > 0)
            Write(to, kernels);
        to.WriteLine($"{merged.Passed} passed, {merged.Failures.Count()} failed, {merged.Skips.Count()} skipped");
    }

    private static void Write(TextWriter to, TestedKernels kernels)
    {
        to.WriteLine("Kernels:");
        foreach (var outcome in kernels.Outcomes)
            to.WriteLine($"  {outcome}");
        foreach (var kernel in kernels.Kernels.Where(kernel => !kernel.IsTested))
            to.WriteLine($"  not tested on {kernel.Family}: {kernel.Missing}");
        to.WriteLine();
    }

    private static void Entry(TextWriter to, string what, TestRecord test)
    {
        to.WriteLine($"{what} {test.Project}: {test.Name}");
        foreach (string line in test.Detail.Split('\n'))
            to.WriteLine($"    {line.TrimEnd('\r')}");
        to.WriteLine();
    }
}
