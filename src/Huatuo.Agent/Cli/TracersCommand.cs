using System.CommandLine;
using Huatuo.Agent.Runtime;
using Huatuo.Flow.Tracing;

namespace Huatuo.Agent.Cli;

/// <summary><c>huatuo tracers</c>: what there is.</summary>
internal static class TracersCommand
{
    internal static Command Create()
    {
        var command = new Command("tracers", "List the tracers.");
        command.SetAction(_ =>
        {
            foreach (TracerDefinition tracer in AllTracers.Create())
                Console.WriteLine($"{tracer.Name,-24} {tracer.Kind.ToString().ToLowerInvariant(),-12} {tracer.Summary}");
            return ExitCode.Done;
        });
        return command;
    }
}
