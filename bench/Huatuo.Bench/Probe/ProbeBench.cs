using System.Reflection;
using Huatuo.Bench.Measure;
using Huatuo.Bench.Site;
using Huatuo.Bpf;
using Huatuo.Bpf.Abi;
using Huatuo.Bpf.Features;
using Huatuo.Flow.Tracing;
using Huatuo.Tracers.Network.Dropwatch;

namespace Huatuo.Bench.Probe;

/// <summary>Time in dropwatch's program per drop, as the kernel measures it, beside an empty program on the same hook.</summary>
internal static class ProbeBench
{
    private static readonly int[] Rates = [0, 100];

    internal static async Task RunAsync(BenchRun run)
    {
        await using FloodSite flood = await FloodSite.CreateAsync(run);
        await using var flow = new FlowSite();
        var cells = new Dictionary<(ProbeMode, int), Samples>();
        Samples[] empty = [new(), new()];
        for (int round = 0; round < run.Choose(3, 1); round++)
            foreach (ProbeMode mode in (ProbeMode[])[ProbeMode.Emitted, ProbeMode.Limited, ProbeMode.Filtered])
                for (int i = 0; i < Rates.Length; i++)
                {
                    BenchRun.Say($"probe: {mode.Name}, {Format.Rate(Rates[i])}");
                    ProbeFigures figures = await MeasureAsync(run, flood, flow, mode, Rates[i]);
                    empty[i].Add(figures.EmptyNs);
                    if (!cells.TryGetValue((mode, i), out Samples? cell))
                        cells[(mode, i)] = cell = new Samples();
                    cell.Add(mode == ProbeMode.Limited ? figures.WithoutEmitted(cells[(ProbeMode.Emitted, i)].Median) : figures.PerHitNs);
                }

        var report = new Report(run, "probe", "BPF time per drop");
        report.Text("`run_time_ns / run_cnt` of dropwatch's program (tp_btf/kfree_skb) while SYNs are dropped, flat out and at 100/s, in nanoseconds, medians. "
            + "The kernel's measurement itself is part of every figure; the empty program on the same hook, in the same runs, shows how much. "
            + "Of the rate-limited drops one a second is emitted, which is taken off.");
        report.Table("Nanoseconds per drop", ["drop", "flat out", "100/s"],
        [
            .. cells.Keys.Select(key => key.Item1).Distinct().Select(mode => (string[])[mode.Name, Format.Number(cells[(mode, 0)].Median), Format.Number(cells[(mode, 1)].Median)]),
            ["empty program", Format.Number(empty[0].Median), Format.Number(empty[1].Median)],
        ]);
        report.Table("Upstream, measured earlier on another day", ["drop", "flat out", "100/s"], [["emitted", "5,400 to 7,000", "33,000 to 58,000"], ["rate-limited", "600 to 700", "-"]]);
        report.Save();
    }

    private static async Task<ProbeFigures> MeasureAsync(BenchRun run, FloodSite flood, FlowSite flow, ProbeMode mode, int rate)
    {
        using BpfStatistics statistics = BpfStatistics.TryEnable() ?? throw new BenchException("the kernel does not measure BPF programs (BPF_ENABLE_STATS, 5.8)");
        using KernelBtf? btf = KernelBtf.TryOpen();
        await using var runner = new TracerRunner(new DropwatchTracer(), mode.Options(), FlowSite.Rules, flow.Environment([]));
        runner.Start(FlowSite.Kernel(btf), btf);
        await runner.Settled;
        if (runner.State != TracerState.Running)
            throw new BenchException($"dropwatch does not run here: {runner.LastError ?? runner.Missing?.Hint}");
        using var image = (UnmanagedMemoryStream)Assembly.GetExecutingAssembly().GetManifestResourceStream("empty_drop.bpf.o")!;
        using BpfObject opened = BpfObject.Open("empty_drop", image);
        opened.Load();
        using BpfLink link = opened.Attach("empty_drop");
        BpfProgram empty = opened.LoadedPrograms()[0];

        await flood.SendAsync(1_000, TimeSpan.FromSeconds(1), run.Stop);
        BpfProgramStatistics before = Statistics(runner), emptyBefore = empty.Statistics()!.Value;
        LedgerCounters ledgerBefore = runner.Ledger.Kernel.Read();
        await flood.SendAsync(rate, TimeSpan.FromSeconds(run.Choose(4, 1)), run.Stop);
        BpfProgramStatistics after = Statistics(runner), emptyAfter = empty.Statistics()!.Value;
        LedgerCounters ledger = runner.Ledger.Kernel.Read();
        return new ProbeFigures(
            after.RunTimeNanoseconds - before.RunTimeNanoseconds, after.RunCount - before.RunCount, ledger.Submitted - ledgerBefore.Submitted,
            (double)(emptyAfter.RunTimeNanoseconds - emptyBefore.RunTimeNanoseconds) / (emptyAfter.RunCount - emptyBefore.RunCount));
    }

    private static BpfProgramStatistics Statistics(TracerRunner runner)
    {
        BpfProgramStatistics? read = null;
        runner.Inspect(loaded => read = loaded.LoadedPrograms()[0].Statistics());
        return read ?? throw new BenchException("dropwatch's program cannot be asked");
    }
}

/// <summary>What the kernel measured.</summary>
/// <param name="TimeNs">In dropwatch's program.</param>
/// <param name="Hits">Runs of it.</param>
/// <param name="Submitted">Runs that emitted a record.</param>
/// <param name="EmptyNs">Time per run of the empty program.</param>
internal readonly record struct ProbeFigures(ulong TimeNs, ulong Hits, ulong Submitted, double EmptyNs)
{
    internal double PerHitNs => (double)TimeNs / Hits;

    /// <summary>Time per run that emitted nothing.</summary>
    internal double WithoutEmitted(double emittedNs) => (TimeNs - Submitted * emittedNs) / (Hits - Submitted);
}
