using Huatuo.Bench.Measure;
using Huatuo.Bench.Site;

namespace Huatuo.Bench.Soak;

/// <summary>Every tracer on a machine where nobody does anything: what is told there is false, or the machine's own doing.</summary>
internal static class QuietBench
{
    private static readonly TimeSpan Limit = TimeSpan.FromMilliseconds(10);

    internal static async Task RunAsync(BenchRun run)
    {
        TimeSpan duration = TimeSpan.FromSeconds(run.Choose(600, 10));
        string[] names = ProductTracers.Names();
        await using AgentProcess agent = await AgentProcess.StartAsync(run, run.Program, [.. names.Select(name => $"tracers.{name}.enabled=true")]);
        // Starting has events of its own: connections, page faults, programs loaded.
        await Task.Delay(TimeSpan.FromSeconds(5), run.Stop);
        ControlThread[] controls = [.. Enumerable.Range(0, Environment.ProcessorCount).Select(cpu => new ControlThread(cpu, Limit))];
        TimeSpan[] steal = [.. controls.Select(control => StealTime.Of(control.Cpu))];
        Dictionary<string, LedgerFigures> before = await Ledgers(agent, names, run.Stop);
        BenchRun.Say($"quiet: {duration.TotalMinutes:0.#} minutes");
        await Task.Delay(duration, run.Stop);
        Dictionary<string, LedgerFigures> after = await Ledgers(agent, names, run.Stop);
        foreach (ControlThread control in controls)
            await control.StopAsync();

        var report = new Report(run, "quiet", "A quiet machine");
        report.Text($"`bin/huatuo` with every tracer switched on, default thresholds, {duration.TotalMinutes:0.#} minutes, nothing else running. An event here is false, or the machine's own doing: "
            + "late ticks and late packets are to be read beside what a control thread on each CPU, which sleeps for a millisecond over and over, saw without the agent.");
        report.Table("Events", ["tracer", "hits", "filtered", "stored"], names.Select(name => (string[])
        [
            name, $"{after[name].Hits - before[name].Hits:#,0}", $"{after[name].Filtered - before[name].Filtered:#,0}", $"{after[name].Stored - before[name].Stored:#,0}",
        ]));
        report.Table("Control threads", ["CPU", "woken later than 10 ms", "latest, ms", "stolen by the hypervisor, ms"], controls.Select((control, i) => (string[])
        [
            $"{control.Cpu}", $"{control.Late:#,0}", Format.Number(control.Longest.TotalMilliseconds), Format.Number((StealTime.Of(control.Cpu) - steal[i]).TotalMilliseconds),
        ]));
        report.Save();
    }

    private static async Task<Dictionary<string, LedgerFigures>> Ledgers(AgentProcess agent, string[] names, CancellationToken stop)
    {
        Dictionary<string, LedgerFigures> ledgers = [];
        foreach (string name in names)
            ledgers[name] = await agent.SettledLedgerAsync(stop, name);
        return ledgers;
    }
}
