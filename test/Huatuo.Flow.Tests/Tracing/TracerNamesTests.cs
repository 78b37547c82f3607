using Huatuo.Flow.Tracing;

namespace Huatuo.Flow.Tests.Tracing;

public sealed class TracerNamesTests
{
    private static KeyValuePair<string, string> Alias(string alias, string name) => KeyValuePair.Create(alias, name);

    [Fact]
    public void ANameAndItsAliasesAreTheOneName()
    {
        var names = new TracerNames(["lacp", "oom"], [Alias("netdev_bonding_lacp", "lacp"), Alias("bonding", "lacp")]);
        foreach (string name in new[] { "lacp", "netdev_bonding_lacp", "bonding" })
            Assert.True(names.TryFind(name, out string? wireName) && wireName == "lacp");
        Assert.False(names.TryFind("bond", out _));
        Assert.Equal(["lacp", "oom"], names.Names);
    }

    [Fact]
    public void NoNameStandsForTwoTracersAndNoAliasForNone()
    {
        Assert.Throws<ArgumentException>(() => new TracerNames(["oom", "oom"]));
        Assert.Throws<ArgumentException>(() => new TracerNames(["lacp", "oom"], [Alias("oom", "lacp")]));
        Assert.Throws<ArgumentException>(() => new TracerNames(["lacp", "oom"], [Alias("kill", "lacp"), Alias("kill", "oom")]));
        Assert.Throws<ArgumentException>(() => new TracerNames(["lacp"], [Alias("kill", "oom")]));
    }
}
