using System.Diagnostics;

namespace Huatuo.Gen.Tests;

/// <summary>A tracer as `make new-tracer` leaves it compiles without a warning, its kernel side and its tests included.</summary>
public sealed class TemplateTests : IDisposable
{
    private const string Tracer = "src/Huatuo.Tracers/Cpu/TaskEnd";
    private static readonly string[] s_projects = ["src/Huatuo.Linux", "src/Huatuo.Bpf", "src/Huatuo.Flow", "src/Huatuo.Tracers", "src/Huatuo.Profiling", "src/Huatuo.AutoTracing"];

    private readonly string _root = Directory.CreateTempSubdirectory("huatuo-template-").FullName;

    [Fact]
    public async Task ANewTracerBuilds()
    {
        CopyRepository();

        Assert.Equal((0, ""), Run("new-tracer", "name=task_end", "group=Cpu"));
        Assert.Equal((0, ""), Run("records"));
        Assert.Equal((0, ""), Run("catalog"));

        Assert.Equal(
            ["README.md", "TaskEnd.g.cs", "TaskEndEvent.cs", "TaskEndKernelTests.cs", "TaskEndOptions.cs", "TaskEndRun.cs", "TaskEndTests.cs", "TaskEndTracer.cs", "task_end.bpf.c"],
            Directory.EnumerateFiles(Path.Combine(_root, Tracer)).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        foreach (string file in Directory.EnumerateFiles(Path.Combine(_root, Tracer)))
            Assert.DoesNotContain("{{", (await File.ReadAllTextAsync(file, Stop)).Replace("{{observed}}", "", StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.Equal((0, ""), await ShellAsync("eng/solution"));
        Assert.Equal((0, ""), await ShellAsync("dotnet", "msbuild", "Huatuo.slnx", "-restore", "-v:q", "-nologo", "-nodeReuse:false", "-p:UseSharedCompilation=false"));
        string unitTests = Path.Combine(_root, "artifacts/net10.0/bin/Huatuo.Tracers.Tests/debug/Huatuo.Tracers.Tests");
        if (File.Exists(unitTests))
            Assert.Equal(0, (await ShellAsync(unitTests, "-class", "Huatuo.Tracers.Cpu.TaskEnd.TaskEndTests")).Code);
    }

    public void Dispose() => Directory.Delete(_root, recursive: true);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    /// <summary>The tracers' project, what it refers to, and the test programs that take in the tests beside tracers.</summary>
    private void CopyRepository()
    {
        string checkout = TemporaryRepository.Checkout();
        foreach (string file in (ReadOnlySpan<string>)["Directory.Build.props", "Directory.Packages.props", "BannedSymbols.txt", ".editorconfig", "global.json", "test/Directory.Build.props", "eng/Bpf.targets", "eng/bpf-cc", "eng/solution", "docs/reference/document.md"])
            Copy(checkout, file);
        IEnumerable<string> tests = Directory.EnumerateFiles(Path.Combine(checkout, "test"), "*.csproj", SearchOption.AllDirectories)
            .Where(project => File.ReadAllText(project).Contains("Tests.cs\"", StringComparison.Ordinal))
            .Select(project => Path.GetRelativePath(checkout, Path.GetDirectoryName(project)!));
        foreach (string folder in s_projects.Concat(tests).Append("eng/templates"))
            foreach (string file in Directory.EnumerateFiles(Path.Combine(checkout, folder), "*", SearchOption.AllDirectories))
                Copy(checkout, Path.GetRelativePath(checkout, file));
    }

    private void Copy(string checkout, string file)
    {
        string copy = Path.Combine(_root, file);
        Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
        File.Copy(Path.Combine(checkout, file), copy);
    }

    private (int Code, string Error) Run(string command, params string[] options)
    {
        using var error = new StringWriter();
        return (CommandLine.Run([command, _root, .. options], TextWriter.Null, error), error.ToString());
    }

    private async Task<(int Code, string Output)> ShellAsync(string program, params string[] arguments)
    {
        using var process = new Process();
        process.StartInfo = new ProcessStartInfo(program.Contains('/', StringComparison.Ordinal) ? Path.Combine(_root, program) : program, arguments)
        {
            WorkingDirectory = _root,
            RedirectStandardOutput = true,
        };
        process.Start();
        string output = await process.StandardOutput.ReadToEndAsync(Stop);
        await process.WaitForExitAsync(Stop);
        return (process.ExitCode, output.Trim());
    }
}
