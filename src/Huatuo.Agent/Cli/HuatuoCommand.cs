using System.CommandLine;
using System.CommandLine.Help;
using Huatuo.Agent.Runtime;

namespace Huatuo.Agent.Cli;

/// <summary>The command line.</summary>
internal static class HuatuoCommand
{
    /// <summary>Parses and runs.</summary>
    /// <returns>An <see cref="ExitCode"/>.</returns>
    internal static async Task<int> RunAsync(string[] arguments)
    {
        ParseResult parsed = Create(arguments is [string name, ..] ? name : "").Parse(arguments);
        if (parsed.Errors.Count > 0 && parsed.Action is not HelpAction)
        {
            foreach (var error in parsed.Errors)
                await Console.Error.WriteLineAsync($"huatuo: {error.Message}").ConfigureAwait(false);
            await Console.Error.WriteLineAsync("huatuo: see huatuo --help").ConfigureAwait(false);
            return ExitCode.Usage;
        }
        return await parsed.InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null }).ConfigureAwait(false);
    }

    /// <summary>All commands; with the name of one, that one alone: making those of all tracers takes longer than to run one.</summary>
    internal static RootCommand Create(string name = "")
    {
        var root = new RootCommand("Finds out what the Linux kernel was doing when something went wrong.");
        (string Name, Func<Command> Create)[] commands =
        [
            ("agent", AgentCommand.Create),
            ("trace", TraceCommand.Create),
            ("events", EventsCommand.Create),
            ("profile", ProfileCommand.Create),
            ("store", StoreCommand.Create),
            ("doctor", DoctorCommand.Create),
            ("containers", ContainersCommand.Create),
            ("tracers", TracersCommand.Create),
            ("token", TokenCommand.Create),
            ("config", ConfigCommand.Create),
        ];
        bool isKnown = commands.Any(command => command.Name == name);
        foreach ((string own, Func<Command> create) in commands)
            if (!isKnown || own == name)
                root.Add(create());
        foreach (VersionOption option in root.Options.OfType<VersionOption>())
            option.Action = new VersionAction();
        return root;
    }

    private sealed class VersionAction : System.CommandLine.Invocation.SynchronousCommandLineAction
    {
        public override int Invoke(ParseResult parseResult)
        {
            Console.WriteLine($"huatuo {BuildInfo.Version} ({BuildInfo.Flavour})");
            return ExitCode.Done;
        }
    }
}
