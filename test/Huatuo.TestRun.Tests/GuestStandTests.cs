namespace Huatuo.TestRun.Tests;

public sealed class GuestStandTests
{
    [Theory]
    [InlineData(true, false, "")]
    [InlineData(true, true, "")]
    [InlineData(false, false, "-trait- kernels=all -namespace- 'Huatuo.Profiling.*' -namespace- 'Huatuo.AutoTracing.*' ")]
    public void TheMachineEndsBeforeTheLimitAndRunsTheProgramInside(bool all, bool hybrid, string without)
    {
        var command = new GuestStand("/eng/Huatuo.Vm", new TestKernel("6.1", "6.1.0-56", "", hybrid), all).Command(new TestProject("P", "/test/P"), "/results/P.xml", TimeSpan.FromMinutes(2));

        Assert.Equal(["sh", "-c"], command.Take(2));
        Assert.Equal(["/results/P.xml", "/eng/Huatuo.Vm", "run", "--timeout", "90", "--disk", "512", "--memory", "1280", "--aer", "--card", .. hybrid ? ["--hybrid"] : Array.Empty<string>(), "6.1"], command.Skip(4).SkipLast(1));
        Assert.Contains($"'/test/P' -xml /run/result.xml -trait- kernels=one {without}-noColor -noLogo >&2\n", command[^1], StringComparison.Ordinal);
    }
}
