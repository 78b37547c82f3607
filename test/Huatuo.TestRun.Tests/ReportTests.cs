namespace Huatuo.TestRun.Tests;

public sealed class ReportTests
{
    [Fact]
    public void PrintsFailuresInFullThenTheSlowestThenTheLine()
    {
        var merged = Merged.Of(
        [
            MergedTests.Program("P", "host",
                MergedTests.Passed("quick", 0.002), MergedTests.Passed("slow", 12.5), MergedTests.Failed("bad", "1 is not 2\nat Bad()"),
                MergedTests.Skipped("idle", "no such hook")),
        ]);
        using var text = new StringWriter();
        IReadOnlyList<ProgramResult> results =
        [
            MergedTests.Program(TestProject.Kernel, "host", MergedTests.Passed("a"), MergedTests.Passed("b")),
            MergedTests.Program(TestProject.Kernel, "5.10", MergedTests.Passed("a"), MergedTests.Skipped("b", "this kernel lacks drop reasons (5.17)")),
        ];
        Report.Write(text, merged, new TestedKernels("6.18.44", [new TestKernel("5.10", "5.10.0-46", ""), new TestKernel("6.1", "", "the mirror has no such kernel")], results));

        Assert.Equal("""
            FAILED P: bad
                in host: 1 is not 2
                at Bad()

            SKIPPED EVERYWHERE P: idle
                in host: no such hook

            The 20 slowest tests, in seconds:
               12.500  P: slow
                1.000  P: bad
                0.002  P: quick
                0.000  P: idle

            Kernels:
              5.10 (5.10.0-46): 1 passed, 0 failed, 1 skipped
                  1 skipped: drop reasons (5.17)
              6.18 (6.18.44): 2 passed, 0 failed, 0 skipped
              not tested on 6.1: the mirror has no such kernel

            2 passed, 1 failed, 1 skipped

            """, text.ToString());
    }
}
