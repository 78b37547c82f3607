using Huatuo.Docs.Tests.Pages;
using Huatuo.Flow.Tracing;
using Huatuo.Tracers;

namespace Huatuo.Docs.Tests.Sections;

/// <summary>The tracers that write documents, and the pages of all.</summary>
internal static class TracerTable
{
    /// <summary>A tracer's page, relative to the repository.</summary>
    public static string Page(TracerDefinition tracer)
    {
        const string project = "Huatuo.Tracers";
        return $"src/{project}{tracer.GetType().Namespace![project.Length..].Replace('.', '/')}/README.md";
    }

    public static string All()
    {
        var table = new Table("tracer", "what it catches");
        foreach (TracerDefinition tracer in TracerCatalog.All.OfType<EventTracerDefinition>())
            table.Row($"[{tracer.Name}](../../{Page(tracer)})", tracer.Summary);
        return table.ToString();
    }
}
