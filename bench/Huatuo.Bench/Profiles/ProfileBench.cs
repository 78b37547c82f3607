using System.Diagnostics;
using System.Globalization;
using Huatuo.Bench.Measure;
using Huatuo.Bench.Native;
using Huatuo.Bench.Site;
using Huatuo.Bpf.Abi;
using Huatuo.Bpf.Features;
using Huatuo.Bpf.Rings;
using Huatuo.Linux;
using Huatuo.Linux.Kallsyms;
using Huatuo.Profiling;
using Huatuo.Profiling.Io;
using Huatuo.Profiling.Lock;
using Huatuo.Profiling.Memory;
using Huatuo.Profiling.OffCpu;
using Huatuo.Profiling.OnCpu;
using Huatuo.Profiling.Unwinding;

namespace Huatuo.Bench.Profiles;

/// <summary>What a profile of the whole machine costs the work on it, and this program; with and without in turns.</summary>
internal static class ProfileBench
{
    private static readonly TimeSpan s_interval = TimeSpan.FromMilliseconds(250);

    internal static async Task RunAsync(BenchRun run)
    {
        var switching = new Work(await NativeBuild.PingPongAsync(run), run.Choose(100_000, 10_000));
        var eventful = new Work(await NativeBuild.EventfulAsync(run), run.Choose(10_000, 1_000));
        KernelSymbols symbols = KernelSymbols.Load();
        KernelFeatures kernel = Kernel();
        using var unwinder = new Unwinder(UnwindMode.Both, Unwinder.DefaultBytes, TimeProvider.System);
        (string Name, Work Work, Func<IProfiler> Start)[] profilers =
        [
            (OnCpuProfiler.Name, switching, () => OnCpuProfiler.Start(new OnCpuOptions { Unwinder = unwinder }, symbols, new OnlineCpus())),
            ($"{OnCpuProfiler.Name} --unwind fp", switching, () => OnCpuProfiler.Start(new OnCpuOptions(), symbols, new OnlineCpus())),
            (OffCpuProfiler.Name, switching, () => OffCpuProfiler.Start(new OffCpuOptions { Unwinder = unwinder }, symbols, kernel)),
            .. Enum.GetValues<MemoryKind>().Select(kind => ($"{MemoryProfiler.Name} --kind {Lower(kind)}", eventful, (Func<IProfiler>)(() => MemoryProfiler.Start(new MemoryOptions { Kind = kind, Unwinder = unwinder }, symbols, kernel)))),
            .. Enum.GetValues<IoLayer>().Select(layer => ($"{IoProfiler.Name} --layer {Lower(layer)}", eventful, (Func<IProfiler>)(() => IoProfiler.Start(new IoOptions { Layer = layer, Unwinder = unwinder }, symbols, kernel)))),
            .. new[] { LockKinds.Kernel, LockKinds.Futex }.Select(kinds => ($"{LockProfiler.Name} --kind {Lower(kinds)}", eventful, (Func<IProfiler>)(() => LockProfiler.Start(new LockOptions { Kinds = kinds, Unwinder = unwinder }, symbols, kernel)))),
        ];
        List<string[]> rows = [];
        foreach ((string name, Work work, Func<IProfiler> start) in profilers)
            rows.Add(await MeasureAsync(run, work, name, start));

        var report = new Report(run, "profile", "What profiles cost");
        report.Text("For each CPU two processes hand a byte to and fro and compute some 10 µs between, so that all CPUs are busy and tasks switch all the time; for the profilers of events, two "
            + "threads take 64 pages and give them back, write and read 16 KiB of a file in memory, and compute some 10 µs under a mutex that they share. Their CPU time with a profile of "
            + "the whole machine (default rate, every wait from 1 ms, stacks by tables unless said) over that without, in turns, each with the one before it; medians. Beside it the CPU time of this program while it "
            + "profiles, its memory above what it had without, and what was lost.");
        report.Table("With over without", ["profiler", "CPU time of the work", "switches/s", "CPU of the profiler, % of a core", "memory above rest, MB", "samples/s", "lost"], rows);
        report.Save();
    }

    private static async Task<string[]> MeasureAsync(BenchRun run, Work work, string name, Func<IProfiler> start)
    {
        Samples ratios = new(), own = new(), memory = new(), rate = new(), switches = new();
        ulong lost = 0;
        for (int round = 0; round < run.Choose(9, 1); round++)
        {
            BenchRun.Say($"profile: {name} {round + 1}");
            double without = await WorkAsync(run, work);
            GC.Collect();
            long resident = ProcFigures.ResidentBytes(Environment.ProcessId), cpu = ProcFigures.CpuNs(Environment.ProcessId), began = Stopwatch.GetTimestamp();
            long switched = Switches();
            using IProfiler profiler = start();
            Task<double> with = WorkAsync(run, work);
            while (await Task.WhenAny(with, Task.Delay(s_interval, run.Stop)) != with)
                profiler.Take();
            profiler.Stop();
            double seconds = Stopwatch.GetElapsedTime(began).TotalSeconds;
            ratios.Add(await with / without);
            own.Add((ProcFigures.CpuNs(Environment.ProcessId) - cpu) / seconds / 1e9 * 100);
            memory.Add(Math.Max(0, ProcFigures.ResidentBytes(Environment.ProcessId) - resident));
            rate.Add(profiler.Profile.Kernel.Sampled / seconds);
            switches.Add((Switches() - switched) / seconds);
            lost += profiler.Profile.Kernel.Lost + (ulong)profiler.Profile.Dropped;
        }
        return [name, $"×{ratios.Median:0.000}", Format.Number(switches.Median), Format.Number(own.Median), Format.MB(memory.Median), Format.Number(rate.Median), lost.ToString(CultureInfo.InvariantCulture)];
    }

    /// <summary>Runs the work once for each CPU.</summary>
    /// <returns>The CPU time of all, in nanoseconds.</returns>
    internal static async Task<double> WorkAsync(BenchRun run, Work work)
    {
        string rounds = work.Rounds.ToString(CultureInfo.InvariantCulture);
        Process[] pairs = [.. Enumerable.Range(0, Environment.ProcessorCount).Select(_ => Command.Start(work.Program, rounds))];
        double sum = 0;
        foreach (Process pair in pairs)
        {
            sum += double.Parse(await pair.StandardOutput.ReadToEndAsync(run.Stop), CultureInfo.InvariantCulture);
            await pair.WaitForExitAsync(run.Stop);
            pair.Dispose();
        }
        return sum;
    }

    private static string Lower<T>(T value)
        where T : struct, Enum => value.ToString().ToLowerInvariant();

    private static long Switches() => long.Parse(File.ReadLines("/proc/stat").Single(line => line.StartsWith("ctxt ", StringComparison.Ordinal)).AsSpan(5), CultureInfo.InvariantCulture);

    private static KernelFeatures Kernel()
    {
        using KernelBtf? btf = KernelBtf.TryOpen();
        KernelRelease.TryRead(out KernelRelease release);
        return KernelFeatures.Probe(release, btf);
    }

    internal sealed record Work(string Program, int Rounds);
}
