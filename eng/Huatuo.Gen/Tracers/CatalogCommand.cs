using Huatuo.Gen.Records;

namespace Huatuo.Gen.Tracers;

/// <summary><c>catalog</c>: the one list of tracers, from the folders.</summary>
/// <param name="root">The repository.</param>
internal sealed class CatalogCommand(string root)
{
    private const string Output = TracerFolder.Project + "/TracerCatalog.g.cs";

    /// <exception cref="GenerationException">Folders and files that break the naming rules.</exception>
    public void Run(GeneratedFiles files)
    {
        IReadOnlyList<TracerFolder> tracers = TracerFolder.Find(root);
        CodeWriter code = CodeWriter.StartFile("the folders here", "catalog");
        code.Line();
        code.Line("using System.Collections.Generic;");
        code.Line("using Huatuo.Flow.Tracing;");
        code.Line();
        code.Line("namespace Huatuo.Tracers;");
        code.Line();
        code.Line("/// <summary>Every tracer, one for each folder.</summary>");
        code.Open("public static partial class TracerCatalog");
        code.Line("/// <summary>By group, then name.</summary>");
        code.Open("public static IReadOnlyList<TracerDefinition> All { get; } =", "[");
        foreach (TracerFolder tracer in tracers)
            code.Line($"new global::Huatuo.Tracers.{tracer.Group}.{tracer.Name}.{tracer.Class}(),");
        code.Close("];");
        code.Close();
        files.Put(Output, code.ToString());
    }
}
