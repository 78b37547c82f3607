using System.CommandLine;
using Huatuo.Agent.Runtime;

namespace Huatuo.Agent.Cli;

/// <summary><c>huatuo doctor</c>: what runs on this kernel, what does not, and why.</summary>
internal static class DoctorCommand
{
    internal static Command Create()
    {
        Option<string?> config = SharedOptions.Config();
        Option<string> output = SharedOptions.Output();
        var command = new Command("doctor", "Tell what this kernel gives and what not, and why.") { config, output };
        command.SetAction(async (parsed, stop) =>
        {
            if (SharedOptions.Load(parsed.GetValue(config), []) is not { } loaded)
                return ExitCode.Usage;
            Diagnosis diagnosis = await Diagnosis.MakeAsync(loaded, stop).ConfigureAwait(false);
            if (parsed.GetValue(output) == "json")
                diagnosis.WriteJson(Console.OpenStandardOutput());
            else
                diagnosis.WriteText(Console.Out);
            return ExitCode.Done;
        });
        return command;
    }
}
