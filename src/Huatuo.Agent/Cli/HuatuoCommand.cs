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
        ParseResult parsed = Create().Parse(arguments);
        if (parsed.Errors.Count > 0 && parsed.Action is not HelpAction)
        {
            foreach (var error in parsed.Errors)
                await Console.Error.WriteLineAsync($"huatuo: {error.Message}").ConfigureAwait(false);
            await Console.Error.WriteLineAsync("huatuo: see huatuo --help").ConfigureAwait(false);
            return ExitCode.Usage;
        }
        return await parsed.InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null }).ConfigureAwait(false);
    }

    internal static RootCommand Create()
    {
        var root = new RootCommand("Finds out what the Linux kernel was doing when something went wrong.")
        {
            AgentCommand.Create(),
            TraceCommand.Create(),
            EventsCommand.Create(),
            ProfileCommand.Create(),
            DoctorCommand.Create(),
            ContainersCommand.Create(),
            TracersCommand.Create(),
            ConfigCommand.Create(),
        };
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
