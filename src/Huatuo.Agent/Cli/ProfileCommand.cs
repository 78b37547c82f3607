using System.CommandLine;
using Huatuo.Agent.Runtime;
using Huatuo.Flow.Options;
using Huatuo.Profiling.Catalog;

namespace Huatuo.Agent.Cli;

/// <summary><c>huatuo profile</c>: where time, memory and data go, with or without an agent beside it.</summary>
internal static class ProfileCommand
{
    internal static Command Create()
    {
        var command = new Command("profile", "Sample where time, memory and data go, and compare what was sampled.");
        foreach (ProfilerDefinition profiler in ProfilerCatalog.All)
            command.Add(Of(profiler));
        command.Add(ProfileViewCommand.Create());
        command.Add(ProfileDiffCommand.Create());
        return command;
    }

    // A command for each profiler of the catalogue, an option for each of its keys.
    private static Command Of(ProfilerDefinition profiler)
    {
        Dictionary<string, Option<string>> own = profiler.Options.Keys.ToDictionary(key => key.Key, OptionOf);
        var shared = new ProfileArguments();
        var command = new Command(profiler.Name, profiler.Summary);
        foreach (string alias in profiler.Aliases)
            command.Aliases.Add(alias);
        foreach (Option<string> option in own.Values)
            command.Add(option);
        shared.AddTo(command);
        command.SetAction((parsed, stop) =>
        {
            var diagnostics = new Diagnostics();
            object options = profiler.Options.Bind(Section(own, parsed), diagnostics);
            if (diagnostics.HasErrors)
                return Task.FromResult(Wrong($"{Name(diagnostics.Errors[0].Path)}: {diagnostics.Errors[0].Message}"));
            return shared.TryRead(parsed, out ProfileRequest? request, out string? error)
                ? ProfileRun.RunAsync(request, profiler, options, stop)
                : Task.FromResult(Wrong(error));
        });
        return command;
    }

    private static ConfigMapping Section(Dictionary<string, Option<string>> options, ParseResult parsed)
    {
        var position = new Position("", 0, 0);
        return new ConfigMapping(position, [.. options.Select(option => new ConfigEntry(option.Key, position, new ConfigScalar(position, parsed.GetValue(option.Value)!, isArgument: true)))]);
    }

    private static Option<string> OptionOf(OptionKey key) =>
        new(Name(key.Key)) { Description = key.Summary, HelpName = HelpName(key), DefaultValueFactory = _ => key.Default };

    private static string Name(string key) => "--" + key.Replace('_', '-');

    private static string HelpName(OptionKey key) =>
        key.Syntax.StartsWith("a duration", StringComparison.Ordinal) ? "TIME"
        : key.Syntax.StartsWith("a whole number", StringComparison.Ordinal) ? "N"
        : key.Syntax.StartsWith("one of", StringComparison.Ordinal) ? key.Key.ToUpperInvariant()
        : "SIZE";

    private static int Wrong(string error)
    {
        Console.Error.WriteLine($"huatuo: {error}");
        return ExitCode.Usage;
    }
}
