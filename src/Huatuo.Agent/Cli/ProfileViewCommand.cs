using System.CommandLine;
using Huatuo.Agent.Runtime;
using Huatuo.Agent.Terminal;
using Huatuo.Profiling;
using Huatuo.Profiling.Formats;

namespace Huatuo.Agent.Cli;

/// <summary><c>huatuo profile view</c>: a profile as a flame graph on the terminal.</summary>
internal static class ProfileViewCommand
{
    internal static Command Create()
    {
        var file = new Argument<string>("FILE") { Description = "A profile of pprof, or collapsed stacks." };
        var command = new Command("view", "Show a profile as a flame graph on the terminal; ? explains the keys.") { file };
        command.SetAction(async (parsed, outer) =>
        {
            if (FlameTerminal.Lacks() is { } lacking)
                return Fail(ExitCode.Usage, lacking);
            try
            {
                using var signals = new StopSignals(outer);
                await FlameTerminal.ShowAsync(FlameTree.AllOf(FoldedReader.Read(parsed.GetValue(file)!)), signals.Token).ConfigureAwait(false);
                return ExitCode.Done;
            }
            catch (Exception fault) when (fault is IOException or InvalidDataException or UnauthorizedAccessException)
            {
                return Fail(ExitCode.Failure, fault.Message);
            }
        });
        return command;
    }

    private static int Fail(int code, string error)
    {
        Console.Error.WriteLine($"huatuo: {error}");
        return code;
    }
}
