using static Huatuo.TestRun.Tests.MergedTests;

namespace Huatuo.TestRun.Tests;

public sealed class TruthTests
{
    [Fact]
    public void EventsAreAddedUpForEachTracerAndKernelOnWhichEverythingPassed()
    {
        IReadOnlyList<ProgramResult> results =
        [
            Program(TestProject.Kernel, "host", Passed("a") with { Observed = [new("oom", 2, 2, 0, 0), new("ras AER", 1, 1, 0, 0)] }, Passed("b") with { Observed = [new("oom", 1, 1, 1, 0)] }),
            Program(TestProject.Kernel, "5.10", Passed("a") with { Observed = [new("oom", 3, 3, 0, 0)] }),
            Program(TestProject.Kernel, "6.1", Passed("a") with { Observed = [new("oom", 3, 3, 0, 0)] }, Failed("b", "boom")),
            Program("Huatuo.Flow.Tests", "host", Passed("a")),
        ];
        var kernels = new TestedKernels("6.18.44", [new("5.10", "5.10.0-46", ""), new("6.1", "6.1.0-56", "")], results);

        Assert.Equal(
            """
            # Events that were provoked on each kernel, and told; times at which none was to be, and told then. `make test-vm` writes it anew.
            oom	5.10	virtual machine	3	3	0	0
            oom	6.18	machine	3	3	1	0
            ras AER	6.18	machine	1	1	0	0

            """, new Truth(kernels, results).ToText());
    }

    [Theory]
    [InlineData("")]
    [InlineData("oom\t1\t1\t0")]
    [InlineData("oom\t1\t-1\t0\t0")]
    [InlineData("\t1\t1\t0\t0")]
    [InlineData("oom\t1\t1\t0\t0\t0")]
    public void AnythingElseIsNoObservation(string line) => Assert.Throws<InvalidDataException>(() => Observation.Parse(line));
}
