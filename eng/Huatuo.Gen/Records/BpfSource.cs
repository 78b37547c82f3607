namespace Huatuo.Gen.Records;

/// <summary>One <c>*.bpf.c</c> of the repository and what is derived from its place.</summary>
/// <param name="Path">Relative to the repository, with slashes.</param>
/// <param name="Project">The folder of its project, relative to the repository.</param>
internal sealed record BpfSource(string Path, string Project)
{
    /// <summary>The source whose types every object shares.</summary>
    public const string SharedPath = "src/Huatuo.Bpf/include/abi.bpf.c";

    private const string Extension = ".bpf.c";

    private static readonly string[] s_roots = ["src", "test", "bench"];

    public bool IsShared => Path == SharedPath;

    /// <summary>The file name without <c>.bpf.c</c>.</summary>
    public string Name => System.IO.Path.GetFileName(Path)[..^Extension.Length];

    public string ObjectName => Name + ".bpf.o";

    public string Folder => System.IO.Path.GetDirectoryName(Path)!;

    /// <summary>The generated file beside it.</summary>
    public string Output => $"{Folder}/{Names.Pascal(Name)}.g.cs";

    /// <summary>The project's name and the folders below it.</summary>
    public string Namespace => IsShared
        ? SharedAbi.Namespace
        : System.IO.Path.GetFileName(Project) + Folder[Project.Length..].Replace('/', '.');

    /// <summary>All sources under src, test and bench, in the order of their paths.</summary>
    /// <exception cref="GenerationException">Names that cannot be used.</exception>
    public static IReadOnlyList<BpfSource> Find(string root)
    {
        var errors = new List<string>();
        var sources = new List<BpfSource>();
        foreach (string path in FilesNamed(root, "*" + Extension))
        {
            string name = System.IO.Path.GetFileName(path)[..^Extension.Length];
            string? project = ProjectOf(root, path);
            if (project is null)
                errors.Add($"{path}: no project in its folder or above");
            else if (!Names.IsIdentifier(name))
                errors.Add($"{path}: '{name}' is not an identifier; use letters, digits and _");
            else
                sources.Add(new BpfSource(path, project));
        }

        foreach (IGrouping<string, BpfSource> same in sources.GroupBy(source => source.Name).Where(group => group.Count() > 1))
            errors.Add($"{string.Join(", ", same.Select(source => source.Path))}: all compile to {same.First().ObjectName}; rename");
        return errors.Count == 0 ? sources : throw new GenerationException(errors);
    }

    /// <summary>Generated records whose source, in their own folder, is gone; copies elsewhere are somebody else's.</summary>
    public static IEnumerable<string> Orphans(string root, IReadOnlyList<BpfSource> sources) =>
        FilesNamed(root, "*.g.cs").Where(path =>
            File.ReadLines(System.IO.Path.Combine(root, path)).Skip(1).FirstOrDefault() is { } line
            && line.StartsWith($"{GeneratedFiles.Mark} records from {System.IO.Path.GetDirectoryName(path)}/", StringComparison.Ordinal)
            && sources.All(source => source.Output != path));

    private static IEnumerable<string> FilesNamed(string root, string pattern) => s_roots
        .Select(folder => System.IO.Path.Combine(root, folder))
        .Where(Directory.Exists)
        .SelectMany(folder => Directory.EnumerateFiles(folder, pattern, SearchOption.AllDirectories))
        .Select(file => System.IO.Path.GetRelativePath(root, file))
        .Order(StringComparer.Ordinal);

    private static string? ProjectOf(string root, string path)
    {
        for (string? folder = System.IO.Path.GetDirectoryName(path); !string.IsNullOrEmpty(folder);)
        {
            if (Directory.EnumerateFiles(System.IO.Path.Combine(root, folder), "*.csproj").Any())
                return folder;
            folder = System.IO.Path.GetDirectoryName(folder);
        }

        return null;
    }
}
