using Huatuo.Gen.Records;
using Huatuo.Gen.Tracers;

namespace Huatuo.Gen;

/// <summary>The commands and their exit codes: 0 done, 1 stale or rejected, 2 usage.</summary>
internal static class CommandLine
{
    private const string Usage = """
        Huatuo.Gen records REPOSITORY [--check]                     the C# of every BPF object, beside its source
        Huatuo.Gen catalog REPOSITORY [--check]                     src/Huatuo.Tracers/TracerCatalog.g.cs
        Huatuo.Gen new-tracer REPOSITORY name=oom group=Memory      a tracer's folder from eng/templates/tracer
        With --check nothing is written; stale files are listed and the exit code is 1.
        """;

    public static int Run(string[] args, TextWriter output, TextWriter error)
    {
        try
        {
            switch (args)
            {
                case ["records", var root, ..] when IsCheck(args) is { } check:
                    return Report(new RecordsCommand(Repository(root)).Run, root, check, output, error);
                case ["catalog", var root, ..] when IsCheck(args) is { } check:
                    return Report(new CatalogCommand(Repository(root)).Run, root, check, output, error);
                case ["new-tracer", var root, var name, var group] when Value(name, "name=") is { } n && Value(group, "group=") is { } g:
                    foreach (string file in new NewTracerCommand(Repository(root)).Run(n, g))
                        output.WriteLine(file);
                    return 0;
                default:
                    error.WriteLine(Usage);
                    return 2;
            }
        }
        catch (GenerationException problems)
        {
            foreach (string line in problems.Lines)
                error.WriteLine(line);
            return 1;
        }
    }

    private static int Report(Action<GeneratedFiles> command, string root, bool check, TextWriter output, TextWriter error)
    {
        var files = new GeneratedFiles(Repository(root), check);
        command(files);
        foreach (string file in files.Stale)
            (check ? error : output).WriteLine(check ? $"{file}: stale; run `make gen`" : file);
        return check && files.Stale.Count > 0 ? 1 : 0;
    }

    private static string Repository(string root)
    {
        string full = Path.GetFullPath(root);
        return Directory.Exists(Path.Combine(full, "src"))
            ? full
            : throw new GenerationException([$"{root}: not the repository, there is no src in it"]);
    }

    private static bool? IsCheck(string[] args) => args switch
    {
        [_, _] => false,
        [_, _, "--check"] => true,
        _ => null,
    };

    private static string? Value(string argument, string key) =>
        argument.StartsWith(key, StringComparison.Ordinal) ? argument[key.Length..] : null;
}
