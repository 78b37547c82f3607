using System.CommandLine;
using Huatuo.Agent.Configuration;
using Huatuo.Agent.Runtime;
using Huatuo.Flow;
using Huatuo.Flow.Options;
using Huatuo.Flow.Tracing;

namespace Huatuo.Agent.Cli;

/// <summary><c>huatuo trace</c>: one tracer in the foreground, with or without an agent beside it.</summary>
internal static class TraceCommand
{
    private const string FilterKey = "filter";

    internal static Command Create()
    {
        var command = new Command("trace", "Run one tracer in the foreground and print its events.");
        foreach (EventTracerDefinition tracer in AllTracers.Create().OfType<EventTracerDefinition>())
            command.Add(Create(tracer));
        return command;
    }

    private static Command Create(EventTracerDefinition tracer)
    {
        Option<string?> config = SharedOptions.Config();
        var duration = new Option<string?>("--duration") { Description = "Ends after this time, such as 10s; without it, on a signal.", HelpName = "TIME" };
        Option<string> output = SharedOptions.Output();
        Option<string[]> set = SharedOptions.Set(tracer.Options.Keys[^1].Key + "=…");
        var filter = new Option<string?>("--filter") { Description = $"Only packets that match this pcap expression; the same as --set {FilterKey}=EXPRESSION.", HelpName = "EXPRESSION" };
        var command = new Command(tracer.Name, tracer.Summary) { config, duration, output, set };
        if (tracer.Options.Keys.Any(key => key.Key == FilterKey))
            command.Add(filter);
        foreach (string alias in tracer.Aliases)
            command.Aliases.Add(alias);
        command.SetAction(async (parsed, stop) =>
        {
            string section = $"tracers.{tracer.Name}";
            List<Override>? overrides = SharedOptions.Parse(parsed.GetValue(set) ?? [], section);
            overrides?.Insert(0, new Override(section + ".enabled", "true", "trace"));
            if (parsed.GetResult(filter) is not null && parsed.GetValue(filter) is { } expression)
                overrides?.Add(new Override($"{section}.{FilterKey}", expression, "--filter"));
            if (overrides is null || !TryDuration(parsed.GetValue(duration), out TimeSpan? time))
                return ExitCode.Usage;
            return SharedOptions.Load(parsed.GetValue(config), overrides) is { } loaded
                ? await RunAsync(tracer, loaded, parsed.GetValue(output) == "json", time, stop).ConfigureAwait(false)
                : ExitCode.Usage;
        });
        return command;
    }

    private static bool TryDuration(string? text, out TimeSpan? duration)
    {
        duration = null;
        if (text is null)
            return true;
        if (!OptionTypes.Duration.TryParse(new ConfigScalar(new Position("--duration", 0, 0), text, isArgument: true), out TimeSpan value, out string? error))
        {
            Console.Error.WriteLine($"huatuo: --duration: {error}");
            return false;
        }
        duration = value;
        return true;
    }

    private static async Task<int> RunAsync(EventTracerDefinition tracer, AgentConfig config, bool json, TimeSpan? duration, CancellationToken outer)
    {
        if (Privileges.Missing() is { } missing)
        {
            await Console.Error.WriteLineAsync($"huatuo: {missing}").ConfigureAwait(false);
            return ExitCode.Privileges;
        }
        using var signals = new StopSignals(outer);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(signals.Token);
        var log = new AgentLog(Console.Error, journal: false);
        var terminal = new TerminalSink(new StandardOutput(), json ? null : tracer.FormatText, stop.Cancel);
        using ProfileProgress progress = ProfileProgress.OfTerminal();
        await using var tracing = TracingHost.Start(config, [tracer], [terminal], "tools", log, TimeProvider.System, progress: progress.Show);
        tracing.Begin();
        TracerRunner runner = tracing.Runners[0];
        await runner.Settled.ConfigureAwait(false);
        if (runner.State != TracerState.Running)
            return Explain(runner);
        if (duration is { } time)
            stop.CancelAfter(time);
        await Task.Delay(Timeout.Infinite, stop.Token).ContinueWith(_ => { }, TaskScheduler.Default).ConfigureAwait(false);
        await tracing.DisposeAsync().ConfigureAwait(false);
        await Console.Error.WriteLineAsync("huatuo: " + TraceSummary.Of(runner.Ledger)).ConfigureAwait(false);
        return ExitCode.Done;
    }

    private static int Explain(TracerRunner runner)
    {
        if (runner.Missing is { } missing)
        {
            string since = missing.Since.Length > 0 ? $" (since {missing.Since})" : "";
            Console.Error.WriteLine($"huatuo: {runner.Definition.Name} is not supported here: needs {missing.Feature}{since}; {missing.Hint}");
            return ExitCode.Unsupported;
        }
        Console.Error.WriteLine($"huatuo: {runner.LastError}");
        return runner switch
        {
            { LacksPrivilege: true } => ExitCode.Privileges,
            { State: TracerState.Failed } => ExitCode.Usage,
            _ => ExitCode.Failure,
        };
    }
}
