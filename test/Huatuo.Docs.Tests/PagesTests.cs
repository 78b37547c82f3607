using Huatuo.Docs.Tests.Pages;
using Huatuo.Docs.Tests.Sections;

namespace Huatuo.Docs.Tests;

/// <summary>Generated sections are what the code says. With HUATUO_BLESS=1 they are written instead.</summary>
public sealed class PagesTests
{
    private static readonly bool Bless = Environment.GetEnvironmentVariable("HUATUO_BLESS") == "1";

    public static TheoryData<string> Pages => [.. Repository.Pages];

    [Theory]
    [MemberData(nameof(Pages))]
    public void GeneratedSectionsAreFresh(string page)
    {
        string text = Repository.Read(page);
        string fresh = Page.Fill(text, Generated.Section);
        if (Bless && fresh != text)
            File.WriteAllText(Path.Combine(Repository.Root, page), fresh);
        else
            Assert.True(fresh == text, $"{page} is stale; run `make gen`\n{Difference(text, fresh)}");
    }

    [Fact]
    public void TheDescriptionOfTheApiIsFresh()
    {
        const string file = "docs/reference/openapi.json";
        string fresh = ApiText.OpenApi();
        if (Bless)
            File.WriteAllText(Path.Combine(Repository.Root, file), fresh);
        else
            Assert.True(fresh == Repository.Read(file), $"{file} is stale; run `make gen`\n{Difference(Repository.Read(file), fresh)}");
    }

    [Fact]
    public void AChangedWordIsNoticed()
    {
        const string page = "docs/reference/cli.md";
        string text = Repository.Read(page).Replace("Privileges are missing.", "Privileges are there.", StringComparison.Ordinal);
        Assert.NotEqual(text, Page.Fill(text, Generated.Section));
    }

    [Fact]
    public void EverySourceOfMetricsIsDescribed() => Assert.Equal(
        MetricTables.All.Keys.Select(source => "metrics " + source).Append("values").Order(StringComparer.Ordinal),
        Page.Sections(Repository.Read("docs/reference/metrics.md")).Order(StringComparer.Ordinal));

    [Fact]
    public void EveryTracerHasOptionsInTheReference()
    {
        IReadOnlyList<string> sections = Page.Sections(Repository.Read("docs/reference/configuration.md"));
        Assert.Equal(
            Catalog.All.Select(tracer => "options tracers." + tracer.Name),
            sections.Where(section => section.StartsWith("options tracers.", StringComparison.Ordinal)));
        Assert.Superset(new HashSet<string> { "options root", "options rules", "options when" }, new HashSet<string>(sections));
    }

    [Fact]
    public void TheOtherReferencesAreWhole()
    {
        Assert.Equal(["routes"], Page.Sections(Repository.Read("docs/reference/api.md")));
        Assert.Equal(["exit", "commands"], Page.Sections(Repository.Read("docs/reference/cli.md")));
        Assert.Equal(["document envelope", "document who"], Page.Sections(Repository.Read("docs/reference/document.md")));
        Assert.Equal(["tracers event", "tracers autotracing", "tracers metric"], Page.Sections(Repository.Read("docs/reference/tracers.md")));
    }

    [Fact]
    public void TheReadmeTellsTheTestedKernels() => Assert.Equal(["kernels"], Page.Sections(Repository.Read("README.md")));

    private static string Difference(string text, string fresh)
    {
        HashSet<string> old = [.. text.Split('\n')];
        return string.Join('\n', fresh.Split('\n').Where(line => !old.Contains(line)).Take(10).Select(line => "+ " + line));
    }
}
