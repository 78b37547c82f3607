using System.CommandLine;
using Huatuo.Agent.Runtime;
using Huatuo.Profiling;
using Huatuo.Profiling.Io;
using Huatuo.Profiling.Lock;
using Huatuo.Profiling.Memory;

namespace Huatuo.Agent.Cli;

/// <summary>The commands of profilers whose events have a size, and are drawn by it.</summary>
internal static class ProfileEventCommands
{
    internal static Command Memory()
    {
        Option<string> kind = Choice("--kind", "physical", "virtual: address space that is asked for; physical: pages that are taken; or held: those of them that are not given back by the end.", "virtual", "physical", "held");
        Option<string> sample = Text("--sample", "SIZE", "512KiB", "What is smaller is taken by chance and counted as this much; 1 takes all.");
        return Create(MemoryProfiler.Name, MemoryProfiler.Summary, [kind, sample], (parsed, shared, stop) =>
        {
            if (!ProfileArguments.TryBytes("--sample", parsed.GetValue(sample)!, MemoryOptions.MostInterval, out long bytes, out string? error) || !shared.TryRead(parsed, out ProfileRequest? request, out error))
                return Task.FromResult(ProfileCommand.Wrong(error));
            var options = new MemoryOptions { Kind = Enum.Parse<MemoryKind>(parsed.GetValue(kind)!, ignoreCase: true), Interval = bytes, SplitsProcesses = request.SplitsProcesses };
            return ProfileRun.RunAsync(request, MemoryProfiler.Name, MemoryProfiler.Lacks, (target, symbols, kernel, unwinder) => MemoryProfiler.Start(options with { Target = target, Unwinder = unwinder }, symbols, kernel), stop);
        });
    }

    internal static Command Io()
    {
        Option<string> layer = Choice("--layer", "block", "block: operations of disks; or file: calls that read and write files.", "block", "file");
        Option<string> by = Choice("--by", "time", "What pictures show and comparisons compare: time or bytes. Both are in pprof and JSON.", "time", "bytes");
        Option<string> sample = Text("--sample", "SIZE", "16KiB", "What moves less, and of files takes less than that part of a millisecond, is taken by chance and counted as so many; 1 takes all.");
        Option<string> shortest = Text("--min-duration", "TIME", "0s", "Operations shorter than this are only counted.");
        return Create(IoProfiler.Name, IoProfiler.Summary, [layer, by, sample, shortest], (parsed, shared, stop) =>
        {
            if (!ProfileArguments.TryBytes("--sample", parsed.GetValue(sample)!, IoOptions.MostInterval, out long bytes, out string? error)
                || !ProfileArguments.TryDuration("--min-duration", parsed.GetValue(shortest)!, out TimeSpan least, out error)
                || !shared.TryRead(parsed, out ProfileRequest? request, out error))
                return Task.FromResult(ProfileCommand.Wrong(error));
            var options = new IoOptions
            {
                Layer = Enum.Parse<IoLayer>(parsed.GetValue(layer)!, ignoreCase: true),
                Weight = parsed.GetValue(by) == "bytes" ? ProfileUnit.Bytes : ProfileUnit.Nanoseconds,
                Interval = bytes,
                MinDuration = least,
                SplitsProcesses = request.SplitsProcesses,
            };
            return ProfileRun.RunAsync(request, IoProfiler.Name, IoProfiler.Lacks, (target, symbols, kernel, unwinder) => IoProfiler.Start(options with { Target = target, Unwinder = unwinder }, symbols, kernel), stop);
        });
    }

    internal static Command Lock()
    {
        Option<string> kind = Choice("--kind", "all", "kernel: locks of the kernel; futex: those of programs; or all.", "all", "kernel", "futex");
        Option<string> sample = Text("--sample", "TIME", "100us", "Waits that are shorter are taken by chance and counted as this long; 0s takes all.");
        Option<string> shortest = Text("--min-duration", "TIME", "0s", "Waits shorter than this are only counted.");
        return Create(LockProfiler.Name, LockProfiler.Summary, [kind, sample, shortest], (parsed, shared, stop) =>
        {
            if (!ProfileArguments.TryDuration("--sample", parsed.GetValue(sample)!, out TimeSpan interval, out string? error)
                || !ProfileArguments.TryDuration("--min-duration", parsed.GetValue(shortest)!, out TimeSpan least, out error)
                || !shared.TryRead(parsed, out ProfileRequest? request, out error))
                return Task.FromResult(ProfileCommand.Wrong(error));
            if (interval > LockOptions.MostInterval)
                return Task.FromResult(ProfileCommand.Wrong($"--sample: at most {LockOptions.MostInterval.TotalSeconds:0}s"));
            LockKinds kinds = Enum.Parse<LockKinds>(parsed.GetValue(kind)!, ignoreCase: true);
            var options = new LockOptions { Kinds = kinds, Interval = interval, MinDuration = least, SplitsProcesses = request.SplitsProcesses };
            return ProfileRun.RunAsync(request, LockProfiler.Name, (kernel, btf) => LockProfiler.Lacks(kernel, btf, kinds), (target, symbols, kernel, unwinder) => LockProfiler.Start(options with { Target = target, Unwinder = unwinder }, symbols, kernel), stop);
        });
    }

    private static Command Create(string name, string summary, IReadOnlyList<Option> own, Func<ParseResult, ProfileArguments, CancellationToken, Task<int>> run)
    {
        var shared = new ProfileArguments();
        var command = new Command(name, summary);
        foreach (Option option in own)
            command.Add(option);
        shared.AddTo(command);
        command.SetAction((parsed, stop) => run(parsed, shared, stop));
        return command;
    }

    private static Option<string> Text(string name, string helpName, string initial, string description) =>
        new(name) { Description = description, HelpName = helpName, DefaultValueFactory = _ => initial };

    private static Option<string> Choice(string name, string initial, string description, params string[] choices)
    {
        Option<string> option = Text(name, name[2..].ToUpperInvariant(), initial, description);
        option.AcceptOnlyFromAmong(choices);
        return option;
    }
}
