using Huatuo.Flow.Tracing;

namespace Huatuo.Tracers.Tests;

public sealed class TracerCatalogTests
{
    [Fact]
    public void NamesAndAliasesAreUniqueAndOfOneForm()
    {
        var names = TracerNames.Of(TracerCatalog.All);
        Assert.Equal(TracerCatalog.All.Count, names.Names.Count);
        Assert.All(TracerCatalog.All.SelectMany(tracer => (IEnumerable<string>)[tracer.Name, .. tracer.Aliases]), name => Assert.Matches("^[a-z][a-z0-9_]*$", name));
    }

    [Fact]
    public void ATracersSectionHasItsName() => Assert.All(TracerCatalog.All, tracer => Assert.Equal(tracer.Name, tracer.Options.Section));

    [Theory]
    [InlineData("netdev_bonding_lacp", "lacp")]
    [InlineData("memory_reclaim_events", "memory_reclaim")]
    public void KnownAliasesAreUnderstood(string alias, string name) =>
        Assert.Equal(name, TracerNames.Of(TracerCatalog.All).TryFind(alias, out string? found) ? found : "");
}
