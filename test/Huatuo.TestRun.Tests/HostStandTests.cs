namespace Huatuo.TestRun.Tests;

public sealed class HostStandTests
{
    [Theory]
    [InlineData(true, new[] { "/test/P", "-xml", "/results/P.xml", "-noColor", "-noLogo" })]
    [InlineData(false, new[] { "/test/P", "-xml", "/results/P.xml", "-trait-", "kernels=all", "-noColor", "-noLogo" })]
    public void TestsForAllKernelsRunOnlyWhenAllAreBooted(bool all, string[] command) =>
        Assert.Equal(command, new HostStand(all).Command(new TestProject("P", "/test/P"), "/results/P.xml", TimeSpan.FromMinutes(2)));
}
