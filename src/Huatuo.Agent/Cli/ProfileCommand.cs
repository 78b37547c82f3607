using System.CommandLine;
using Huatuo.Agent.Runtime;
using Huatuo.Bpf.Rings;
using Huatuo.Profiling.OffCpu;
using Huatuo.Profiling.OnCpu;

namespace Huatuo.Agent.Cli;

/// <summary><c>huatuo profile</c>: where time, memory and data go, with or without an agent beside it.</summary>
internal static class ProfileCommand
{
    internal static Command Create() => new("profile", "Sample where time, memory and data go, and compare what was sampled.")
    {
        OnCpu(),
        OffCpu(),
        ProfileEventCommands.Memory(),
        ProfileEventCommands.Io(),
        ProfileEventCommands.Lock(),
        ProfileDiffCommand.Create(),
    };

    private static Command OnCpu()
    {
        var frequency = new Option<int>("--frequency") { Description = $"Samples a second of each CPU, from 1 to {OnCpuOptions.MostFrequent}.", HelpName = "HZ", DefaultValueFactory = _ => new OnCpuOptions().Frequency };
        var shared = new ProfileArguments();
        var command = new Command(OnCpuProfiler.Name, OnCpuProfiler.Summary) { frequency };
        shared.AddTo(command);
        command.SetAction(async (parsed, stop) =>
        {
            int hertz = parsed.GetValue(frequency);
            if (hertz is < 1 or > OnCpuOptions.MostFrequent)
                return Wrong($"--frequency: {hertz} is not from 1 to {OnCpuOptions.MostFrequent}");
            if (!shared.TryRead(parsed, out ProfileRequest? request, out string? error))
                return Wrong(error);
            return await ProfileRun.RunAsync(request, OnCpuProfiler.Name, OnCpuProfiler.Lacks, (target, symbols, _, unwinder) => OnCpuProfiler.Start(
                new OnCpuOptions { Frequency = hertz, Target = target, SplitsProcesses = request.SplitsProcesses, Unwinder = unwinder }, symbols, new OnlineCpus()), stop).ConfigureAwait(false);
        });
        return command;
    }

    private static Command OffCpu()
    {
        var shortest = new Option<string>("--min-duration") { Description = "Waits shorter than this are only counted.", HelpName = "TIME", DefaultValueFactory = _ => "1ms" };
        var phase = new Option<string>("--phase") { Description = "all; blocked: until something wakes the task; or runqueue: from then on until it has a CPU.", HelpName = "PHASE", DefaultValueFactory = _ => "all" };
        phase.AcceptOnlyFromAmong("all", "blocked", "runqueue");
        var shared = new ProfileArguments(cpus: false);
        var command = new Command(OffCpuProfiler.Name, OffCpuProfiler.Summary) { shortest, phase };
        shared.AddTo(command);
        command.SetAction(async (parsed, stop) =>
        {
            if (!ProfileArguments.TryDuration("--min-duration", parsed.GetValue(shortest)!, out TimeSpan least, out string? error) || !shared.TryRead(parsed, out ProfileRequest? request, out error))
                return Wrong(error);
            return await ProfileRun.RunAsync(request, OffCpuProfiler.Name, OffCpuProfiler.Lacks, (target, symbols, kernel, unwinder) => OffCpuProfiler.Start(
                new OffCpuOptions { MinDuration = least, Phases = Enum.Parse<OffCpuPhases>(parsed.GetValue(phase)!, ignoreCase: true), Target = target, SplitsProcesses = request.SplitsProcesses, Unwinder = unwinder }, symbols, kernel), stop).ConfigureAwait(false);
        });
        return command;
    }

    internal static int Wrong(string error)
    {
        Console.Error.WriteLine($"huatuo: {error}");
        return ExitCode.Usage;
    }
}
