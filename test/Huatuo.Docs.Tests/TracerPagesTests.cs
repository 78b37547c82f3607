using Huatuo.Docs.Tests.Fields;
using Huatuo.Docs.Tests.Pages;
using Huatuo.Docs.Tests.Sections;
using Huatuo.Flow.Tracing;

namespace Huatuo.Docs.Tests;

public sealed class TracerPagesTests
{
    public static TheoryData<string> Tracers => [.. Catalog.All.Select(tracer => tracer.Name)];

    [Theory]
    [MemberData(nameof(Tracers))]
    public void EveryTracerHasAPageWithItsOptionsAndRungs(string name)
    {
        TracerDefinition tracer = Catalog.All.Single(tracer => tracer.Name == name);
        string text = Repository.Read(TracerTable.Page(tracer));
        Assert.StartsWith($"# {name}\n", text, StringComparison.Ordinal);
        Assert.Contains("options tracers." + name, Page.Sections(text));
        if (tracer.Kind == TracerKind.Metric)
            Assert.Contains("metrics " + name, Page.Sections(text));
        Assert.All(tracer.Ladder, rung => Assert.Contains($"`{rung.Name}`", text, StringComparison.Ordinal));
    }

    /// <summary>Rows of the page's tables of fields, <c>| `name` | type… | meaning |</c>, are the fields that events have.</summary>
    [Fact]
    public async Task DropwatchDocumentsEveryFieldThatItWrites()
    {
        string page = Repository.Read("src/Huatuo.Tracers/Network/Dropwatch/README.md");
        SortedDictionary<string, string> written = await DropwatchRecords.FieldsAsync();
        Assert.Equal(
            written.Select(field => $"{field.Key}: {field.Value}"),
            Documented(page).Select(field => $"{field.Name}: {field.Type}").Order(StringComparer.Ordinal));
    }

    private static IEnumerable<(string Name, string Type)> Documented(string page)
    {
        string fields = page.Split("\n## ").Single(section => section.StartsWith("Fields\n", StringComparison.Ordinal));
        foreach (string[] row in Table.Rows(fields).Where(row => row.Length == 3 && row[0].StartsWith('`')))
            foreach (string name in row[0].Split(", "))
                yield return (name.Trim('`'), row[1].Split(", ")[0]);
    }
}
