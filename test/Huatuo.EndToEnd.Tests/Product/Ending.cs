namespace Huatuo.EndToEnd.Tests.Product;

/// <summary>How a program ended and what it had said.</summary>
internal sealed record Ending(int ExitCode, string Output, string Error)
{
    /// <summary>Asserts an exit code, and shows everything when it is another.</summary>
    public Ending Expect(int exitCode)
    {
        Assert.True(ExitCode == exitCode, $"exit code {ExitCode}, expected {exitCode}\nstdout: {Output}\nstderr: {Error}");
        return this;
    }
}
