using static Huatuo.TestRun.Tests.MergedTests;

namespace Huatuo.TestRun.Tests;

public sealed class TestedKernelsTests
{
    private static readonly TestKernel[] s_kernels = [new("6.1", "6.1.0-56", ""), new("5.10", "5.10.0-46", ""), new("6.18", "6.18.15", ""), new("7.3", "7.3.4", "")];

    [Fact]
    public void OnlyKernelsWhereEverythingPassedAreInTheTable()
    {
        var tested = new TestedKernels("6.18.44", s_kernels,
        [
            Program(TestProject.Kernel, "host", Passed("a"), Passed("b")),
            Program(TestProject.Kernel, "6.1", Passed("a"), Failed("b", "boom")),
            Program(TestProject.Kernel, "5.10", Passed("a"), Skipped("b", "this kernel lacks y (5.12)"), Skipped("c", "this kernel lacks x"), Skipped("d", "this kernel lacks x")),
            Program(TestProject.Kernel, "7.3", Passed("a")) with { Fault = "the machine ended without an exit code" },
            Program(TestProject.Kernel, "6.18", Passed("a")),
            Program("Huatuo.Flow.Tests", "host", Failed("z", "boom")),
        ]);

        Assert.Equal(
            """
            # Written by `make test-vm`: the kernels on which all tests of the kernel side passed, and what each lacks.
            5.10	5.10.0-46	virtual machine	x; y (5.12)
            6.18	6.18.15	virtual machine	-
            6.18	6.18.44	machine	-

            """, tested.ToText());
        Assert.Equal(["5.10", "6.1", "6.18", "6.18", "7.3"], tested.Outcomes.Select(outcome => outcome.Family));
    }

    [Theory]
    [InlineData("5.10 7.3", true)]
    [InlineData("5.10 6.18", false)]
    [InlineData("7.3", false)]
    public void ThreeFamiliesAreEnough(string families, bool enough)
    {
        var tested = new TestedKernels("6.18.44", s_kernels,
            [Program(TestProject.Kernel, "host", Passed("a")), .. families.Split(' ').Select(family => Program(TestProject.Kernel, family, Passed("a")))]);

        Assert.Equal(enough, tested.IsEnough);
    }
}
