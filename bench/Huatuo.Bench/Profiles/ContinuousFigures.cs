using System.Diagnostics;
using Huatuo.Bench.Measure;
using Huatuo.Flow.Documents;
using Huatuo.Flow.Enrich;
using Huatuo.Flow.Tracing;
using Huatuo.Linux.Clock;
using Huatuo.Profiling.Continuous;

namespace Huatuo.Bench.Profiles;

/// <summary>What profiles that are taken all the time cost some work, and this program, with and without in turns.</summary>
internal sealed class ContinuousFigures
{
    /// <summary>The heads of <see cref="Cells"/>.</summary>
    internal static IReadOnlyList<string> Head { get; } =
    [
        "CPU time of the work", "target", "CPU of the profiler, % of a core", "target", "memory above rest, MB", "target", "samples/s", "by frame pointers alone, %", "lost", "rate lowered, times",
    ];

    // Programs are loaded, tables made, and the first samples taken.
    private static readonly TimeSpan s_settled = TimeSpan.FromSeconds(3);

    private readonly Samples _ratios = new(), _own = new(), _memory = new(), _rate = new(), _pointers = new(), _lowered = new();
    private double _lost;

    private ContinuousFigures()
    {
    }

    /// <summary>Measures.</summary>
    /// <param name="run">When to stop.</param>
    /// <param name="work">The work.</param>
    /// <param name="options">What is profiled.</param>
    /// <param name="name">How it is called meanwhile.</param>
    /// <param name="rounds">How often with and without.</param>
    internal static async Task<ContinuousFigures> MeasureAsync(BenchRun run, ProfiledWork work, ContinuousOptions options, string name, int rounds)
    {
        var figures = new ContinuousFigures();
        for (int round = 0; round < rounds; round++)
        {
            BenchRun.Say($"continuous: {name} {round + 1} of {rounds}");
            await figures.RoundAsync(run, work, options);
        }
        return figures;
    }

    /// <summary>Medians, of the work with the tenth and the ninetieth percentile.</summary>
    /// <param name="target">What the work may take of what it takes without.</param>
    internal string[] Cells(string target) =>
    [
        $"×{_ratios.Median:0.000} ({_ratios.Percentile(10):0.000} … {_ratios.Percentile(90):0.000})", target, Format.Number(_own.Median), "3", Format.MB(_memory.Median), "60",
        Format.Number(_rate.Median), _pointers.Count == 0 ? "" : Format.Number(_pointers.Median), Format.Number(_lost), Format.Number(_lowered.Median),
    ];

    private async Task RoundAsync(BenchRun run, ProfiledWork work, ContinuousOptions options)
    {
        double without = await work.MakeAsync(run);
        GC.Collect();
        long resident = ProcFigures.ResidentBytes(Environment.ProcessId);
        var clock = new KernelClock();
        var output = new DocumentOutput(ProfileDocuments.Name, ProfileDocuments.Type, new Origin("bench", ""), clock, []);
        using var profiling = new ContinuousProfiling(
            options, new ProfileDocuments(output, clock, TimeProvider.System), _ => null, SymbolSource.Loaded(), TimeProvider.System, BenchRun.Say);
        profiling.Begin();
        await Task.Delay(s_settled, run.Stop);
        long cpu = ProcFigures.CpuNs(Environment.ProcessId), began = Stopwatch.GetTimestamp();
        var before = SummedMetrics.Of(profiling.Metrics);
        _ratios.Add(await work.MakeAsync(run) / without);
        double seconds = Stopwatch.GetElapsedTime(began).TotalSeconds;
        _own.Add((ProcFigures.CpuNs(Environment.ProcessId) - cpu) / seconds / 1e9 * 100);
        var after = SummedMetrics.Of(profiling.Metrics);
        double Grown(string metric) => after[metric] - before[metric];
        const string samples = "huatuo_profiling_samples_total", unwound = "huatuo_profiling_unwound_total";
        _rate.Add(Grown(samples) / seconds);
        if (Grown(unwound) is > 0 and var stacks)
            _pointers.Add(Grown(unwound + "/pointers") / stacks * 100);
        _lowered.Add(after["huatuo_profiling_lowered_total"]);
        _lost += after["huatuo_profiling_lost_total"] + after["huatuo_profiling_dropped_total"];
        _memory.Add(Math.Max(0, ProcFigures.ResidentBytes(Environment.ProcessId) - resident));
    }
}
