using System.Diagnostics;
using System.Globalization;
using Huatuo.Bench.Measure;
using Huatuo.Bench.Native;
using Huatuo.Bench.Site;
using Huatuo.Bpf;
using Huatuo.Bpf.Abi;
using Huatuo.Bpf.Rings;
using Huatuo.Flow.Enrich;
using Huatuo.Profiling;
using Huatuo.Profiling.OnCpu;
using Huatuo.Profiling.Symbols;
using Huatuo.Profiling.Unwinding;

namespace Huatuo.Bench.Profiles;

/// <summary>What it costs to follow stacks by tables: in the kernel for each frame, and to make the tables.</summary>
internal static class UnwindBench
{
    private const int Frequency = 999;
    private static readonly int[] s_depths = [10, 60, 110];

    internal static async Task RunAsync(BenchRun run)
    {
        string program = await NativeBuild.DeepAsync(run);
        var symbols = SymbolSource.Loaded();
        List<string[]> walks = [];
        foreach ((string name, UnwindMode mode) in ((string, UnwindMode)[])[("frame pointers", UnwindMode.Pointers), ("tables", UnwindMode.Both)])
        {
            Walk[] walked = new Walk[s_depths.Length];
            for (int i = 0; i < s_depths.Length; i++)
                walked[i] = await WalkAsync(run, program, symbols, mode, s_depths[i]);
            double each = (walked[^1].Nanoseconds - walked[0].Nanoseconds) / Math.Max(1, walked[^1].Frames - walked[0].Frames);
            walks.Add([name, .. walked.Select(walk => $"{Format.Number(walk.Nanoseconds)} ({walk.Frames:0} frames)"), mode == UnwindMode.Pointers ? "" : Format.Number(each), walked.Sum(walk => (long)walk.Lost).ToString(CultureInfo.InvariantCulture)]);
        }
        List<string[]> tables = [];
        foreach (string file in Files())
            tables.Add(Table(run, file));

        var report = new Report(run, "unwind", "What stacks without frame pointers cost");
        report.Text($"A program without frame pointers computes so many calls deep, and is sampled at {Frequency} Hz: run time of the BPF program for each sample by the kernel's own measure (which itself costs "
            + "some 50 to 250 ns), with the kernel's walk by frame pointers, which such a stack ends at once, and by tables. The cost of a frame is the difference of the deepest and the least deep over that of their frames.");
        report.Table("A sample, ns", ["by", .. s_depths.Select(depth => $"{depth} calls"), "each frame", "lost"], walks);
        report.Text("Tables of files that lie here: what is read, how long it takes to compile that, and what it takes in the kernel. Medians.");
        report.Table("Tables", ["file", ".eh_frame, MB", "rules", "compile, ms", "in the kernel, MB"], tables);
        report.Save();
    }

    private static async Task<Walk> WalkAsync(BenchRun run, string program, SymbolSource symbols, UnwindMode mode, int depth)
    {
        BenchRun.Say($"unwind: {mode} {depth} deep");
        int seconds = run.Choose(10, 2);
        using Process process = Command.Start(program, depth.ToString(CultureInfo.InvariantCulture), (seconds + 2).ToString(CultureInfo.InvariantCulture));
        await Task.Delay(200, run.Stop);
        using Unwinder? unwinder = mode == UnwindMode.Pointers ? null : new Unwinder(mode, Unwinder.DefaultBytes, TimeProvider.System);
        using var profiler = OnCpuProfiler.Start(new OnCpuOptions { Frequency = Frequency, Target = new ProfileTarget { Tgid = (uint)process.Id }, Unwinder = unwinder }, symbols, new OnlineCpus());
        using (BpfStatistics.TryEnable())
        {
            BpfProgramStatistics before = profiler.Loaded.LoadedPrograms().Single().Statistics() ?? default;
            ulong sampled = profiler.Profile.Kernel.Sampled;
            for (int i = 0; i < seconds * 4; i++)
            {
                await Task.Delay(250, run.Stop);
                profiler.Take();
            }
            BpfProgramStatistics after = profiler.Loaded.LoadedPrograms().Single().Statistics() ?? default;
            profiler.Take();
            double frames = profiler.Profile.Unwinding is { } counts ? (double)(counts.TableFrames + counts.PointerFrames) / Math.Max(1, counts.Whole + counts.Mixed) : 1;
            double each = (double)(after.RunTimeNanoseconds - before.RunTimeNanoseconds) / Math.Max(1, profiler.Profile.Kernel.Sampled - sampled);
            ulong lost = profiler.Profile.Kernel.Lost + (ulong)profiler.Profile.Dropped;
            process.Kill();
            await process.WaitForExitAsync(run.Stop);
            return new Walk(each, frames, lost);
        }
    }

    // The C library and the runtime of this process, and the largest library that compilers bring.
    private static IEnumerable<string> Files() =>
    [
        .. File.ReadLines("/proc/self/maps").Select(line => line[(line.LastIndexOf(' ') + 1)..]).Where(path => path.EndsWith("/libc.so.6", StringComparison.Ordinal) || path.EndsWith("/libcoreclr.so", StringComparison.Ordinal)).Distinct(),
        .. ((string[])["/usr/lib/x86_64-linux-gnu", "/usr/lib/llvm-19/lib", "/usr/lib/llvm-14/lib"]).Where(Directory.Exists)
            .SelectMany(folder => Directory.EnumerateFiles(folder, "libclang-cpp.so*")).OrderByDescending(file => new FileInfo(file).Length).Take(1),
    ];

    private static string[] Table(BenchRun run, string file)
    {
        BenchRun.Say($"unwind: {file}");
        var compile = new Samples();
        UnwindTable? table = null;
        ulong section = 0;
        for (int round = 0; round < run.Choose(7, 2); round++)
        {
            using ByteSource bytes = RootedFile.Open("/", file) ?? throw new BenchException($"{file} cannot be read");
            if (!ElfFile.TryRead(bytes, out ElfFile? elf))
                throw new BenchException($"{file} is no ELF file");
            section = elf.Sections.Single(one => one.Name == ".eh_frame").Bytes;
            long began = Stopwatch.GetTimestamp();
            table = UnwindTable.Of(elf);
            compile.Add(Stopwatch.GetElapsedTime(began).TotalMilliseconds);
        }
        long kernel = table!.Parts().Sum(part => (long)part.Pages * UnwindTable.PageBytes);
        return [Path.GetFileName(file), Format.MB(section), Format.Number(table.Count), Format.Number(compile.Median), Format.MB(kernel)];
    }

    private sealed record Walk(double Nanoseconds, double Frames, ulong Lost);
}
