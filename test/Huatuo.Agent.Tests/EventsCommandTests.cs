using Huatuo.Agent.Cli;

namespace Huatuo.Agent.Tests;

/// <summary>What <c>huatuo events</c> is told.</summary>
public sealed class EventsCommandTests
{
    [Theory]
    [InlineData("comm~(")]
    [InlineData("comm~(?=x)")]
    [InlineData("pid<x")]
    public async Task A_condition_that_is_wrong_is_a_wrong_argument(string condition) =>
        Assert.Equal(ExitCode.Usage, await HuatuoCommand.RunAsync(["events", "--where", condition]));
}
