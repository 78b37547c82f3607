using System.CommandLine;
using Huatuo.Agent.Configuration;
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
            string? file = parsed.GetValue(config);
            if (Load(file) is not { } loaded)
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

    // What an agent would have; without what cannot be read of that there is still a kernel to tell of.
    private static AgentConfig? Load(string? file)
    {
        if (SharedOptions.Load(file, []) is not { } loaded)
            return null;
        try
        {
            return SharedOptions.WithReadableKept(loaded, file, []);
        }
        catch (IOException fault)
        {
            Console.Error.WriteLine($"huatuo: {fault.Message}. What was changed while the agent ran is left out.");
            return loaded;
        }
    }
}
