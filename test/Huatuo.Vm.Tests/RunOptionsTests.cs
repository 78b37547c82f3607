namespace Huatuo.Vm.Tests;

public sealed class RunOptionsTests
{
    [Fact]
    public void OptionsComeBeforeTheKernelAndTheCommand()
    {
        var options = RunOptions.Parse(["--timeout", "60", "--memory", "512", "--cpus", "1", "--disk", "64", "--aer", "--hybrid", "--console", "log", "--append", "a=1", "--append", "b", "6.1", "ls --all"]);

        Assert.Equal(("6.1", "ls --all"), (options.Kernel, options.Command));
        Assert.Equal((TimeSpan.FromMinutes(1), 512, 1, 64, true, true, "log"), (options.Timeout, options.MemoryMiB, options.Cpus, options.DiskMiB, options.Aer, options.Hybrid, options.Console));
        Assert.Equal(["a=1", "b"], options.Append);
    }

    [Theory]
    [InlineData("")]
    [InlineData("6.1")]
    [InlineData("6.1|ls|more")]
    [InlineData("--timeout|0|6.1|ls")]
    [InlineData("--memory|1G|6.1|ls")]
    [InlineData("--disk")]
    [InlineData("--kernel|6.1|ls")]
    [InlineData("../6.1|ls")]
    public void AnythingElseIsRefused(string line) =>
        Assert.Throws<FormatException>(() => RunOptions.Parse(line.Split('|', StringSplitOptions.RemoveEmptyEntries)));
}
