using System.CommandLine;
using Huatuo.Flow.Tracing;
using Huatuo.Tracers;

namespace Huatuo.Agent.Cli;

/// <summary><c>huatuo tracers</c>: what there is.</summary>
internal static class TracersCommand
{
    internal static Command Create()
    {
        var command = new Command("tracers", "List the tracers.");
        command.SetAction(_ =>
        {
            foreach (TracerDefinition tracer in TracerCatalog.All)
                Console.WriteLine($"{tracer.Name,-24} {tracer.Kind.ToString().ToLowerInvariant(),-12} {tracer.Summary}");
            return ExitCode.Done;
        });
        return command;
    }
}
