using System.Diagnostics;
using System.Globalization;

namespace Huatuo.TestRun;

/// <summary>
/// Which programs run side by side: virtual machines and pure unit tests a few at a time, then those that change the machine one by one.
/// </summary>
/// <param name="host">Runs programs on this machine.</param>
/// <param name="guests">Run the kernel tests, each on a kernel of its own.</param>
/// <param name="progress">Gets a line for each program that has ended.</param>
internal sealed class Schedule(TestProgram host, IReadOnlyList<TestProgram> guests, TextWriter progress)
{
    private const int SideBySide = 2;

    public async Task<IReadOnlyList<ProgramResult>> RunAsync(IReadOnlyList<TestProject> projects, CancellationToken stop)
    {
        List<ProgramResult> results = [];
        var gate = new Lock();

        async ValueTask Run(TestProgram program, TestProject project, CancellationToken token)
        {
            long start = Stopwatch.GetTimestamp();
            var result = await program.RunAsync(project, project.TimeLimit, token);
            var took = Stopwatch.GetElapsedTime(start);
            lock (gate)
            {
                results.Add(result);
                progress.WriteLine(string.Create(CultureInfo.InvariantCulture,
                    $"{took.TotalSeconds,7:F1} s  {project.Name}{(program == host ? "" : " on " + result.Environment)}: {result.Tests.Count} tests{(result.Fault is null ? "" : ", FAULT")}"));
            }
        }

        // The longest first.
        var sideBySide = projects.Where(project => project.Name == TestProject.Kernel).SelectMany(_ => guests, (project, guest) => (Program: guest, Project: project))
            .Concat(projects.Where(project => !project.Alone).Select(project => (Program: host, Project: project)));
        var options = new ParallelOptions { MaxDegreeOfParallelism = SideBySide, CancellationToken = stop };
        await Parallel.ForEachAsync(sideBySide, options, (run, token) => Run(run.Program, run.Project, token));
        foreach (var project in projects.Where(project => project.Alone))
            await Run(host, project, stop);

        return [.. results.OrderBy(result => result.Project, StringComparer.Ordinal)];
    }
}
