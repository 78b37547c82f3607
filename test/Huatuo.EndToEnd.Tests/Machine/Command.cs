using System.Diagnostics;

namespace Huatuo.EndToEnd.Tests.Machine;

/// <summary>Runs a tool of the system.</summary>
internal static class Command
{
    /// <summary>Runs it and asserts that it succeeds.</summary>
    public static void Run(params string[] words)
    {
        (int exitCode, string error) = Try(words);
        Assert.True(exitCode == 0, $"{string.Join(' ', words)}: {error}");
    }

    /// <summary>Runs it.</summary>
    public static (int ExitCode, string Error) Try(params string[] words)
    {
        using Process process = Process.Start(new ProcessStartInfo(words[0], words[1..]) { RedirectStandardError = true })!;
        string error = process.StandardError.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, error);
    }
}
