using Huatuo.Flow.Tracing;
using Huatuo.Tracers;

namespace Huatuo.AutoTracing.Tests;

public sealed class AutoTracerCatalogTests
{
    [Fact]
    public void EveryFolderIsInIt()
    {
        string? root = AppContext.BaseDirectory;
        while (root is not null && !File.Exists(Path.Combine(root, "Huatuo.slnx")))
            root = Path.GetDirectoryName(root);
        string[] pages = [.. Directory.GetFiles(Path.Combine(root!, "src/Huatuo.AutoTracing"), "README.md", SearchOption.AllDirectories)];
        Assert.Equal(
            pages.Select(page => File.ReadLines(page).First()).Order(StringComparer.Ordinal),
            AutoTracerCatalog.Create(TimeProvider.System).Select(tracer => "# " + tracer.Name).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void NamesAreUnique()
    {
        IReadOnlyList<TracerDefinition> all = [.. TracerCatalog.All, .. AutoTracerCatalog.Create(TimeProvider.System)];
        Assert.Equal(all.Count, TracerNames.Of(all).Names.Count);
        Assert.All(all, tracer => Assert.Equal(tracer.Name, tracer.Options.Section));
    }
}
