using Huatuo.Docs.Tests.Pages;
using Huatuo.Flow.Tracing;

namespace Huatuo.Docs.Tests.Sections;

/// <summary>The tracers that write documents, and the pages of all.</summary>
internal static class TracerTable
{
    /// <summary>A tracer's page, relative to the repository.</summary>
    public static string Page(TracerDefinition tracer)
    {
        string[] parts = tracer.GetType().Namespace!.Split('.');
        return $"src/{parts[0]}.{parts[1]}/{string.Join('/', parts[2..])}/README.md";
    }

    public static string All()
    {
        var table = new Table("tracer", "what it catches");
        foreach (TracerDefinition tracer in Catalog.All.OfType<EventTracerDefinition>())
            table.Row($"[{tracer.Name}](../../{Page(tracer)})", tracer.Summary);
        return table.ToString();
    }
}
