using System.CommandLine;
using System.Diagnostics.CodeAnalysis;
using Huatuo.Agent.Runtime;
using Huatuo.Agent.Terminal;
using Huatuo.Bpf.Abi;
using Huatuo.Bpf.Rings;
using Huatuo.Flow.Options;
using Huatuo.Profiling.Capturing;
using Huatuo.Profiling.Formats;
using Huatuo.Profiling.Unwinding;

namespace Huatuo.Agent.Cli;

/// <summary>The options that all profilers have.</summary>
internal sealed class ProfileArguments
{
    /// <summary>The format that is no file.</summary>
    private const string Tui = "tui";

    private static readonly TimeSpan s_longest = TimeSpan.FromDays(1);

    private readonly Option<string?> _config = SharedOptions.Config();
    private readonly Option<string?> _container = SharedOptions.Value("--container", "ID", "Only a container, by the beginning of its id or by its name.");
    private readonly Option<uint?> _pid = new("--pid") { Description = "Only a process.", HelpName = "PID" };
    private readonly Option<uint?> _tid = new("--tid") { Description = "Only a thread.", HelpName = "TID" };
    private readonly Option<string?> _cpus = SharedOptions.Value("--cpus", "LIST", "Only these CPUs, such as 0-3,7.");
    private readonly Option<string> _duration = new("--duration") { Description = "For how long; a signal ends it earlier.", HelpName = "TIME", DefaultValueFactory = _ => "10s" };
    private readonly Option<bool> _split = new("--split-processes") { Description = "Tells processes of one name apart, by their numbers." };
    private readonly Option<string> _format = new("--output-format", "-o") { Description = "pprof, collapsed, speedscope, svg (a flame graph), json, or tui (a flame graph on the terminal).", HelpName = "FORMAT", DefaultValueFactory = _ => ProfileFormats.Pprof };
    private readonly Option<string?> _output = SharedOptions.Value("--output", "FILE", "Where to write it, - for standard output; without it, a file in the current folder that is named after the profile, its time and format.");

    private readonly Option<string> _unwind = new("--unwind") { Description = "How stacks of programs are followed: fp, by frame pointers; dwarf, by the call frame information of files; auto, by that and where there is none by frame pointers.", HelpName = "HOW", DefaultValueFactory = _ => "auto" };

    internal ProfileArguments()
    {
        _format.AcceptOnlyFromAmong([.. ProfileFormats.Names, Tui]);
        _unwind.AcceptOnlyFromAmong("auto", "fp", "dwarf");
    }

    internal void AddTo(Command command)
    {
        foreach (Option option in (ReadOnlySpan<Option>)[_config, _container, _pid, _tid, _duration, _split, _unwind, _format, _output, _cpus])
            command.Add(option);
    }

    private static UnwindMode Mode(string name) => name switch
    {
        "fp" => UnwindMode.Pointers,
        "dwarf" => UnwindMode.Tables,
        _ => UnwindMode.Both,
    };

    /// <summary>Reads them.</summary>
    internal bool TryRead(ParseResult parsed, [NotNullWhen(true)] out ProfileRequest? request, [NotNullWhen(false)] out string? error)
    {
        request = null;
        IReadOnlyList<int>? cpus = null;
        if (!OptionTypes.Duration.TryParse(new ConfigScalar(new Position("--duration", 0, 0), parsed.GetValue(_duration)!, isArgument: true), out TimeSpan duration, out error))
        {
            error = $"--duration: {error}";
            return false;
        }
        if (duration <= TimeSpan.Zero || duration > s_longest)
        {
            error = $"--duration: not more than nothing and at most {s_longest.TotalHours:0}h";
            return false;
        }
        try
        {
            if (parsed.GetValue(_cpus) is { } list)
                cpus = OnlineCpus.Parse(list);
        }
        catch (InvalidDataException wrong)
        {
            error = $"--cpus: {wrong.Message}";
            return false;
        }
        UnwindMode unwind = Mode(parsed.GetValue(_unwind)!);
        if (unwind == UnwindMode.Tables && !Unwinder.IsSupported)
        {
            error = "--unwind: dwarf is there on x86_64 only";
            return false;
        }
        bool isShown = parsed.GetValue(_format) == Tui;
        if (isShown && (parsed.GetValue(_output) is null ? FlameTerminal.Lacks() : "-o tui writes no file: leave out --output") is { } wrongly)
        {
            error = wrongly;
            return false;
        }
        error = null!;
        request = new ProfileRequest
        {
            ConfigFile = parsed.GetValue(_config),
            Target = new TargetRequest { Container = parsed.GetValue(_container), Pid = parsed.GetValue(_pid), Tid = parsed.GetValue(_tid), Cpus = cpus },
            Duration = duration,
            SplitsProcesses = parsed.GetValue(_split),
            Unwind = unwind,
            Format = isShown ? null : parsed.GetValue(_format)!,
            Output = parsed.GetValue(_output),
        };
        return true;
    }
}
