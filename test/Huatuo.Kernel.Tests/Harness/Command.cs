using System.Diagnostics;

namespace Huatuo.Kernel.Tests.Harness;

/// <summary>A program run to its end; one that fails fails the test with what it said.</summary>
internal static class Command
{
    internal static string Run(string input, string program, params string[] arguments)
    {
        using Process process = Start(program, arguments);
        process.StandardInput.Write(input);
        process.StandardInput.Close();
        string errors = "";
        // Not by a thread of the pool: one that is started for it stays in the network namespace of the calling thread.
        var reader = new Thread(() => errors = process.StandardError.ReadToEnd()) { IsBackground = true, Name = "reader" };
        reader.Start();
        string output = process.StandardOutput.ReadToEnd();
        reader.Join();
        process.WaitForExit();
        return process.ExitCode == 0
            ? output
            : throw new InvalidOperationException($"{program} {string.Join(' ', arguments)}: exit {process.ExitCode}: {errors.Trim()}");
    }

    /// <summary>Starts a program in the network namespace of the calling thread.</summary>
    internal static Process Start(string program, params string[] arguments) =>
        Process.Start(new ProcessStartInfo(program, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
}
