using System.CommandLine;
using Huatuo.Agent.Configuration;
using Huatuo.Flow.Options;

namespace Huatuo.Agent.Cli;

/// <summary><c>huatuo config</c>: what holds, and whether it is right.</summary>
internal static class ConfigCommand
{
    internal static Command Create() => new("config", "Show or check the configuration.")
    {
        Create("show", "Print the configuration that holds, and where each value comes from.", (config, output) => new ConfigShow(output).Write(config)),
        Create("check", "Print what is wrong with the configuration; nothing when it is right.", (_, _) => { }),
    };

    private static Command Create(string name, string description, Action<AgentConfig, TextWriter> action)
    {
        Option<string?> config = SharedOptions.Config();
        Option<string[]> set = SharedOptions.Set("tracers.dropwatch.ports=443");
        var command = new Command(name, description) { config, set };
        command.SetAction(parsed =>
        {
            List<Override>? overrides = SharedOptions.Parse(parsed.GetValue(set) ?? [], "");
            string? file = parsed.GetValue(config);
            if (overrides is null || SharedOptions.Load(file, overrides) is not { } loaded)
                return ExitCode.Usage;
            try
            {
                if (SharedOptions.WithReadableKept(loaded, file, overrides) is not { } whole)
                    return ExitCode.Usage;
                action(whole, parsed.InvocationConfiguration.Output);
                return ExitCode.Done;
            }
            catch (IOException fault)
            {
                Console.Error.WriteLine($"huatuo: {fault.Message}");
                return ExitCode.Failure;
            }
        });
        return command;
    }
}
