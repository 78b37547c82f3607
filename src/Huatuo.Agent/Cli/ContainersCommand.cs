using System.CommandLine;
using Huatuo.Agent.Configuration;
using Huatuo.Agent.Runtime;

namespace Huatuo.Agent.Cli;

/// <summary><c>huatuo containers</c>: the containers that are there, as this program finds them now.</summary>
internal static class ContainersCommand
{
    internal static Command Create()
    {
        Option<string?> config = SharedOptions.Config();
        Option<string[]> set = SharedOptions.Set("runtimes.labels=app");
        var output = new Option<string>("--output", "-o") { Description = "table or json.", HelpName = "FORMAT", DefaultValueFactory = _ => "table" };
        output.AcceptOnlyFromAmong("table", "json");
        var command = new Command("containers", "List the containers, with cgroup, first process, network namespace and who named them.") { config, set, output };
        command.SetAction(async (parsed, stop) =>
        {
            if (SharedOptions.Parse(parsed.GetValue(set) ?? [], "") is not { } overrides || SharedOptions.Load(parsed.GetValue(config), overrides) is not { } loaded)
                return ExitCode.Usage;
            return await RunAsync(loaded, parsed.GetValue(output) == "json", stop).ConfigureAwait(false);
        });
        return command;
    }

    private static async Task<int> RunAsync(AgentConfig config, bool json, CancellationToken stop)
    {
        await using ContainerSurvey survey = await ContainerSurvey.MakeAsync(config, stop).ConfigureAwait(false);
        if (json)
            survey.WriteJson(Console.OpenStandardOutput());
        else
            survey.WriteTable(Console.Out);
        return ExitCode.Done;
    }
}
