using Huatuo.Bench.Native;
using Huatuo.Bench.Overhead;
using Huatuo.Bpf.Abi;
using Huatuo.Flow.Enrich;
using Huatuo.Profiling.Unwinding;

namespace Huatuo.Bench.Profiles;

/// <summary>What each profiler costs a machine that is busy building, and work that is full of what it sees; with and without in turns.</summary>
internal static class ProfilersBench
{
    private const string Target = "×1.02";

    private static readonly TimeSpan s_length = TimeSpan.FromSeconds(1.5);

    internal static async Task RunAsync(BenchRun run)
    {
        using DirectFile file = await DirectFile.WriteAsync(run);
        string eventful = await NativeBuild.EventfulAsync(run), pingPong = await NativeBuild.PingPongAsync(run);
        using var unwinder = new Unwinder(UnwindMode.Both, Unwinder.DefaultBytes, TimeProvider.System);
        (string builder, string source) = await NativeBuild.BuildingAsync(run);
        ProfiledWork building = await SizedAsync(run, new(builder, 1, source, run.Scratch));
        List<ProfilerFigures> full = [], busy = [];
        foreach (MeasuredProfiler profiler in MeasuredProfiler.All(SymbolSource.Loaded(), unwinder))
        {
            (string text, ProfiledWork work) = WorkOf(profiler.Sees, eventful, pingPong, file.Path);
            full.Add(new ProfilerFigures(profiler, text, await SizedAsync(run, work)));
            busy.Add(new ProfilerFigures(profiler, "compile C", building));
        }
        int rounds = run.Choose(8, 1);
        for (int round = 0; round < rounds; round++)
        {
            BenchRun.Say($"profilers: round {round + 1} of {rounds}");
            foreach (ProfilerFigures figures in (IEnumerable<ProfilerFigures>)[.. full, .. busy])
                await figures.MeasureAsync(run, isFirst: round % 2 == 0);
        }
        BenchRun.Say("profilers: programs");
        foreach (ProfilerFigures figures in (IEnumerable<ProfilerFigures>)[.. full, .. busy])
            await figures.MeasureProgramsAsync(run);

        var report = new Report(run, "profilers", "What each profiler costs");
        report.Text($"Every profiler of `huatuo profile` with its defaults, of the whole machine, beside work on each CPU. {rounds} rounds, in each every profiler, the work with it and without, one after the other, "
            + "in turns which comes first; before it counts, a profiler runs beside a quarter of that work. CPU time is that of the programs that do the work. Medians, and in brackets the tenth and the ninetieth percentile. Beside it what the programs in the kernel take of that CPU time, once, by the kernel's own measure "
            + "(which itself costs some 50 to 250 ns a run, and is off in the rounds). Lost are samples that had no room, in all rounds.");
        string[] head = ["profiler", "work", "CPU µs without", "CPU", "target", "programs, %", "samples/s", "frames with a name, %", "lost", "CPU of the profiler, % of a core", "memory above rest, at most, MB"];
        report.Table("Beside a build", head, busy.Select(figures => figures.Row(Target)));
        report.Text("The same beside work that is full of what it sees: a program on each CPU that does it again and again, with some 10 µs of computing between.");
        report.Table("Beside work that is full of it", head, full.Select(figures => figures.Row("")));
        report.Text("The programs of each, beside the latter.");
        report.Table("In the kernel", ["profiler", "program", "runs/s", "ns a run", "% of a core"], full.SelectMany(figures => figures.ProgramRows));
        report.Save();
    }

    private static (string Text, ProfiledWork Work) WorkOf(SeenWork seen, string eventful, string pingPong, string file) => seen switch
    {
        SeenWork.Compute => ("compute", new(eventful, 1, "c")),
        SeenWork.Switch => ("hand a byte to another process and back", new(pingPong, 1)),
        SeenWork.Memory => ("map 256 KiB, touch it, and give it back, in two threads", new(eventful, 1, "mc")),
        SeenWork.Disk => ("read 4 KiB of the disk past the page cache, in two threads", new(eventful, 1, "dc", file)),
        SeenWork.File => ("write and read 16 KiB of a file in memory, in two threads", new(eventful, 1, "oc")),
        SeenWork.KernelLock => ("the same of one file that two threads share", new(eventful, 1, "fc")),
        _ => ("compute under a mutex that two threads share", new(eventful, 1, "lc")),
    };

    // With as many rounds as take about the time.
    private static async Task<ProfiledWork> SizedAsync(BenchRun run, ProfiledWork work)
    {
        TimeSpan length = run.Choose(s_length, s_length / 10);
        for (int rounds = 4; ; rounds *= 4)
        {
            long began = TimeProvider.System.GetTimestamp();
            await (work with { Rounds = rounds }).MakeAsync(run);
            TimeSpan took = TimeProvider.System.GetElapsedTime(began);
            if (took >= length / 8)
                return work with { Rounds = Math.Max(1, (int)(rounds * (length / took))) };
        }
    }
}
