using Huatuo.Docs.Tests.Pages;
using Huatuo.Flow.Tracing;

namespace Huatuo.Docs.Tests.Sections;

/// <summary>All tracers of a kind, and their pages.</summary>
internal static class TracerTable
{
    /// <summary>A tracer's page, relative to the repository.</summary>
    public static string Page(TracerDefinition tracer)
    {
        string[] parts = tracer.GetType().Namespace!.Split('.');
        return $"src/{parts[0]}.{parts[1]}/{string.Join('/', parts[2..])}/README.md";
    }

    /// <summary>Those of a kind, by the word that <c>huatuo tracers</c> has for it.</summary>
    public static string Of(string kind)
    {
        var table = new Table("tracer", "what it tells", "hooked to, or read from", "by default");
        foreach (TracerDefinition tracer in Catalog.All.Where(tracer => tracer.Kind.ToString().Equals(kind, StringComparison.OrdinalIgnoreCase)))
            table.Row($"[{tracer.Name}](../../{Page(tracer)})", tracer.Summary, Table.Code(tracer.Ladder[0].Name), tracer.Options.Keys.Single(key => key.Key == "enabled").Default == "true" ? "on" : "off");
        return table.ToString();
    }
}
