using System.Text.RegularExpressions;

namespace Huatuo.Gen.Tracers;

/// <summary>A folder under src/Huatuo.Tracers that holds a <c>*Tracer.cs</c>.</summary>
/// <param name="Group">The folder above it.</param>
/// <param name="Name">Its own name.</param>
internal sealed partial record TracerFolder(string Group, string Name)
{
    /// <summary>The project whose folders are the catalogue, relative to the repository.</summary>
    public const string Project = "src/Huatuo.Tracers";

    /// <summary>The name in the configuration, in metrics and on the command line.</summary>
    public string WireName => Names.Snake(Name);

    public string Class => Name + "Tracer";

    public string Path => $"{Project}/{Group}/{Name}";

    /// <summary>All tracers by group, then name.</summary>
    /// <exception cref="GenerationException">Folders and files that break the naming rules.</exception>
    public static IReadOnlyList<TracerFolder> Find(string root)
    {
        string project = System.IO.Path.Combine(root, Project);
        var errors = new List<string>();
        var tracers = new SortedDictionary<string, TracerFolder>(StringComparer.Ordinal);
        foreach (string file in Files(project, "*Tracer.cs"))
        {
            string path = $"{Project}/{file}";
            string[] parts = file.Split('/');
            if (parts.Length != 3)
            {
                errors.Add($"{path}: a tracer stands in <Group>/<Name>/ of {Project}");
                continue;
            }

            var tracer = new TracerFolder(parts[0], parts[1]);
            tracers[$"{tracer.Group}/{tracer.Name}"] = tracer;
            if (parts[2] != tracer.Class + ".cs")
                errors.Add($"{path}: the tracer of folder {tracer.Name} is {tracer.Class}.cs");
            else if (!Classes(File.ReadAllText(System.IO.Path.Combine(project, file))).Contains(tracer.Class))
                errors.Add($"{path}: declares no class {tracer.Class}");
        }

        foreach (TracerFolder tracer in tracers.Values)
            tracer.Check(root, errors);
        foreach (IGrouping<string, TracerFolder> same in tracers.Values.GroupBy(tracer => tracer.WireName).Where(group => group.Count() > 1))
            errors.Add($"{string.Join(", ", same.Select(tracer => tracer.Path))}: all are called {same.Key}");
        return errors.Count == 0 ? [.. tracers.Values.OrderBy(tracer => tracer.Group, StringComparer.Ordinal)
            .ThenBy(tracer => tracer.Name, StringComparer.Ordinal)] : throw new GenerationException(errors);
    }

    private void Check(string root, List<string> errors)
    {
        if (!Names.IsIdentifier(Name) || Names.Pascal(WireName) != Name)
            errors.Add($"{Path}: its name on the wire would be {WireName}, so call the folder {Names.Pascal(WireName)}");
        foreach (string file in Files(System.IO.Path.Combine(root, Path), "*.bpf.c"))
            if (file != WireName + ".bpf.c")
                errors.Add($"{Path}/{file}: the kernel side of {WireName} is {WireName}.bpf.c");
    }

    private static IEnumerable<string> Files(string folder, string pattern) => Directory.Exists(folder)
        ? Directory.EnumerateFiles(folder, pattern, SearchOption.AllDirectories)
            .Select(file => System.IO.Path.GetRelativePath(folder, file))
            .Order(StringComparer.Ordinal)
        : [];

    private static IEnumerable<string> Classes(string code) => ClassName().Matches(code).Select(match => match.Groups[1].Value);

    [GeneratedRegex(@"^[\w\s]*\bclass\s+(\w+)", RegexOptions.Multiline)]
    private static partial Regex ClassName();
}
