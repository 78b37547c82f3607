using Huatuo.Linux.Proc;

namespace Huatuo.Linux.Tests.Proc;

/// <summary>The CPUs' times in /proc/stat.</summary>
public sealed class CpuTimesTests
{
    private const string Stat = """
        cpu  708 0 2918 1735 16 0 214 5 9 1
        cpu0 352 0 1444 936 16 0 121 2 9 0
        cpu12 355 0 1474 798 0 0 92 3 0 1
        intr 9 0
        ctxt 7

        """;

    [Fact]
    public void Each_CPU_has_the_sum_of_its_times_without_those_of_guests()
    {
        using var tree = new TreeFixture();
        tree.Write("stat", Stat);
        Assert.Equal(new Dictionary<int, long> { [0] = 352 + 1444 + 936 + 16 + 121 + 2, [12] = 355 + 1474 + 798 + 92 + 3 }, CpuTimes.Totals(tree.Root));
    }

    [Theory]
    [InlineData("cpu0 1 2 3 4 5 6 7\n")]
    [InlineData("cpu0 1 2 3 4 5 6 7 x\n")]
    [InlineData("cpux 1 2 3 4 5 6 7 8\n")]
    [InlineData("")]
    public void Another_line_tells_of_no_CPU(string stat)
    {
        using var tree = new TreeFixture();
        tree.Write("stat", stat);
        Assert.Empty(CpuTimes.Totals(tree.Root));
        Assert.Empty(CpuTimes.Totals(tree.Root + "/nowhere"));
    }

    [Fact]
    public void Damage_is_no_failure()
    {
        using var tree = new TreeFixture();
        for (int seed = 0; seed < 300; seed++)
        {
            tree.Write("stat", Mutation.Of(System.Text.Encoding.UTF8.GetBytes(Stat), seed));
            CpuTimes.Totals(tree.Root);
        }
    }
}
