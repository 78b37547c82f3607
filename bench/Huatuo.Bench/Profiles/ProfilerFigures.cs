using System.Diagnostics;
using System.Globalization;
using Huatuo.Bench.Measure;
using Huatuo.Bpf;
using Huatuo.Profiling.Continuous;
using Huatuo.Profiling.Symbols;

namespace Huatuo.Bench.Profiles;

/// <summary>The figures of one profiler beside work of one kind.</summary>
/// <param name="measured">The profiler.</param>
/// <param name="text">What the work is.</param>
/// <param name="work">The work.</param>
internal sealed class ProfilerFigures(MeasuredProfiler measured, string text, ProfiledWork work)
{
    // Before this part is over, tables for stacks are made of files that are new.
    private const int WarmingPart = 4;

    private readonly Samples _without = new(), _ratio = new(), _own = new(), _rate = new(), _named = new(), _memory = new();
    private ulong _lost;
    private double _inKernel;

    /// <summary>Of each of its programs: runs a second, and what they take.</summary>
    internal List<string[]> ProgramRows { get; } = [];

    /// <summary>One round.</summary>
    /// <param name="run">The run.</param>
    /// <param name="isFirst">Whether the profiler comes first.</param>
    internal async Task MeasureAsync(BenchRun run, bool isFirst)
    {
        double without = isFirst ? 0 : await work.MakeAsync(run), with;
        GC.Collect();
        long resident = ProcFigures.ResidentBytes(Environment.ProcessId);
        using (IContinuousProfiler profiler = measured.Start())
        {
            await (work with { Rounds = Math.Max(1, work.Rounds / WarmingPart) }).MakeAsync(run, profiler);
            ulong sampled = profiler.Profile.Kernel.Sampled;
            (long frames, long named) = Frames(profiler);
            long cpu = ProcFigures.CpuNs(Environment.ProcessId), began = Stopwatch.GetTimestamp();
            with = await work.MakeAsync(run, profiler);
            double seconds = Stopwatch.GetElapsedTime(began).TotalSeconds;
            _own.Add((ProcFigures.CpuNs(Environment.ProcessId) - cpu) / seconds / 1e9 * 100);
            profiler.Stop();
            _memory.Add(Math.Max(0, ProcFigures.ResidentBytes(Environment.ProcessId) - resident));
            _rate.Add((profiler.Profile.Kernel.Sampled - sampled) / seconds);
            (long allFrames, long allNamed) = Frames(profiler);
            _named.Add(100.0 * (allNamed - named) / Math.Max(1, allFrames - frames));
            _lost += profiler.Profile.Kernel.Lost + (ulong)profiler.Profile.Dropped;
        }
        if (isFirst)
            without = await work.MakeAsync(run);
        _without.Add(without / work.AllRounds);
        _ratio.Add(with / without);
    }

    /// <summary>Once with the kernel's measure.</summary>
    /// <exception cref="BenchException">The kernel does not measure.</exception>
    internal async Task MeasureProgramsAsync(BenchRun run)
    {
        using IContinuousProfiler profiler = measured.Start();
        using BpfStatistics statistics = BpfStatistics.TryEnable() ?? throw new BenchException("the kernel does not measure BPF programs (BPF_ENABLE_STATS, 5.8)");
        (string Name, BpfProgramStatistics Figures)[] before = Programs(profiler);
        long began = Stopwatch.GetTimestamp();
        double cpu = await work.MakeAsync(run, profiler);
        double seconds = Stopwatch.GetElapsedTime(began).TotalSeconds;
        foreach (((string name, BpfProgramStatistics old), (_, BpfProgramStatistics now)) in before.Zip(Programs(profiler)))
        {
            double runs = now.RunCount - old.RunCount, nanoseconds = now.RunTimeNanoseconds - old.RunTimeNanoseconds;
            _inKernel += nanoseconds / cpu * 100;
            ProgramRows.Add([measured.Name, $"`{name}`", Format.Number(runs / seconds), Format.Number(nanoseconds / Math.Max(1, runs)), Format.Number(nanoseconds / 1e9 / seconds * 100)]);
        }
    }

    internal string[] Row(string target) =>
    [
        measured.Name, text, Format.Number(_without.Median / 1000), Format.Spread(_ratio), target, Format.Number(_inKernel), Format.Number(_rate.Median), Format.Number(_named.Median), _lost.ToString(CultureInfo.InvariantCulture), Format.Number(_own.Median), Format.MB(_memory.Percentile(100)),
    ];

    private static (long All, long Named) Frames(IContinuousProfiler profiler)
    {
        SymbolCounts counts = profiler.Profile.Symbols;
        return (counts.Named + counts.Nameless + counts.Anonymous + counts.Unreadable + counts.Gone + counts.Kernel, counts.Named);
    }

    private static (string Name, BpfProgramStatistics Figures)[] Programs(IContinuousProfiler profiler) =>
        [.. profiler.Loaded.LoadedPrograms().Select(program => (program.Name, program.Statistics() ?? default))];
}
