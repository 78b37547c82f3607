using Huatuo.Bench.Native;
using Huatuo.Profiling.Continuous;

namespace Huatuo.Bench.Profiles;

/// <summary>What profiles that are taken all the time cost, beside programs that live long, and beside compilers.</summary>
internal static class ContinuousBench
{
    private const string Taken = "while profiles of the whole machine are taken, named and written as documents, with the defaults of `profiling` and its budget, over that without, in turns; medians. "
        + "Beside it the CPU time of this program meanwhile, and its memory above what it had without. Samples are of the whole machine, lost those without room, in all rounds.";

    // More than any profiler takes.
    private const double Unbounded = 100;

    private static IReadOnlyList<ContinuousKind> Targeted { get; } = [ContinuousKind.OnCpu, ContinuousKind.OffCpu];

    private static string[] Head => ["profiling.profilers", .. ContinuousFigures.Head];

    internal static async Task RunAsync(BenchRun run)
    {
        string program = await NativeBuild.EventfulAsync(run);
        var work = new ProfiledWork(program, run.Choose(20_000, 1_000));
        ContinuousKind[] all = Enum.GetValues<ContinuousKind>();
        List<string[]> rows = [];
        foreach (ContinuousOptions options in (IEnumerable<ContinuousOptions>)[.. all.Select(Bounded), new() { Enabled = true, Profilers = all }, .. Targeted.Select(Free)])
            rows.Add(await RowAsync(run, work, options, run.Choose(9, 1)));

        var report = new Report(run, "continuous", "What continuous profiles cost");
        report.Text("For each CPU two threads take 64 pages and give them back, write and read 16 KiB of a file in memory, and compute some 10 µs under a mutex that they share. Their CPU time "
            + $"{Taken} To keep the budget of 1 % of the machine a profiler samples less; the last rows are without one, so that the rates are those that are configured.");
        report.Table("With over without", Head, rows);
        report.Save();
    }

    internal static async Task RunBesideBuildAsync(BenchRun run)
    {
        (string builder, string source) = await NativeBuild.BuildingAsync(run);
        var building = new ProfiledWork(builder, run.Choose(500, 4), source, run.Scratch);
        List<string[]> rows = [];
        foreach (ContinuousOptions options in (IEnumerable<ContinuousOptions>)[.. Targeted.Select(Bounded), .. Targeted.Select(Free)])
            rows.Add(await RowAsync(run, building, options, run.Choose(5, 1)));

        var report = new Report(run, "continuous-build", "What continuous profiles cost a machine that builds");
        report.Text($"Compilers on each CPU, each of which lives for some 45 ms, for more than two windows of 10 s at a time. Their CPU time {Taken} Each compiler is a process that must be looked at "
            + "before its stacks can be followed by tables: the one or two samples before that are followed by frame pointers alone. The last rows are without a budget.");
        report.Table("With over without", Head, rows);
        report.Save();
    }

    private static ContinuousOptions Bounded(ContinuousKind kind) => new() { Enabled = true, Profilers = [kind] };

    private static ContinuousOptions Free(ContinuousKind kind) => new() { Enabled = true, Profilers = [kind], CpuBudget = Unbounded };

    private static async Task<string[]> RowAsync(BenchRun run, ProfiledWork work, ContinuousOptions options, int rounds)
    {
        string name = string.Join(", ", options.Profilers.Select(ContinuousStart.Name)) + (options.CpuBudget >= Unbounded ? ", cpu_budget 100" : "");
        string target = options.Profilers is [ContinuousKind.OnCpu] ? "×1.01" : options.Profilers is [ContinuousKind.OffCpu] ? "×1.02" : "";
        return [name, .. (await ContinuousFigures.MeasureAsync(run, work, options, name, rounds)).Cells(target)];
    }
}
