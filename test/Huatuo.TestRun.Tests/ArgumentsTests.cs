namespace Huatuo.TestRun.Tests;

public sealed class ArgumentsTests
{
    [Theory]
    [InlineData("", "None", "")]
    [InlineData("A B", "None", "A B")]
    [InlineData("--kernels all", "All", "")]
    [InlineData("--kernels none A", "None", "A")]
    [InlineData("--kernels ends A B", "Ends", "A B")]
    public void TellTheKernelsAndTheProjects(string line, string kernels, string projects)
    {
        var arguments = Arguments.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries));

        Assert.Equal((kernels, projects), ($"{arguments.Kernels}", string.Join(' ', arguments.Projects)));
    }

    [Fact]
    public void AnotherChoiceIsRefused() => Assert.Throws<FormatException>(() => Arguments.Parse(["--kernels", "6.1"]));
}
