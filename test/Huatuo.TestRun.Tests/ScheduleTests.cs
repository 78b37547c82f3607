namespace Huatuo.TestRun.Tests;

public sealed class ScheduleTests : IDisposable
{
    private readonly string root = Directory.CreateTempSubdirectory("huatuo-schedule-").FullName;

    [Fact]
    public async Task OnlyTheKernelTestsRunInMachinesAndBeforeThoseThatRunAlone()
    {
        using var progress = new StringWriter();
        var schedule = new Schedule(Program("host"), [Program("5.10"), Program("7.3")], progress);

        var results = await schedule.RunAsync([new TestProject("Huatuo.Flow.Tests", "/bin/true"), new TestProject(TestProject.Kernel, "/bin/true")], TestContext.Current.CancellationToken);

        Assert.Equal(["Huatuo.Flow.Tests host", "Huatuo.Kernel.Tests 5.10", "Huatuo.Kernel.Tests 7.3", "Huatuo.Kernel.Tests host"],
            results.Select(result => $"{result.Project} {result.Environment}").Order(StringComparer.Ordinal));
        Assert.All(results, result => Assert.Equal([Outcome.Passed], result.Tests.Select(test => test.Outcome)));
        string[] lines = progress.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.EndsWith("Huatuo.Kernel.Tests: 1 tests", lines[^1], StringComparison.Ordinal);
        Assert.Contains(lines, line => line.EndsWith("Huatuo.Kernel.Tests on 5.10: 1 tests", StringComparison.Ordinal));
    }

    public void Dispose() => Directory.Delete(root, recursive: true);

    private TestProgram Program(string environment)
    {
        string results = Directory.CreateDirectory(Path.Combine(root, environment)).FullName;
        return new TestProgram(root, results, TimeProvider.System, new Stand(environment));
    }

    private sealed class Stand(string environment) : IStand
    {
        public string Environment => environment;

        public string Program(TestProject project) => project.Program;

        public IReadOnlyList<string> Command(TestProject project, string xml, TimeSpan limit) =>
            ["sh", "-c", $"""echo '<assemblies><test name="T" result="Pass" time="1"/></assemblies>' >'{xml}'"""];
    }
}
