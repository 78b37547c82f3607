using System.Diagnostics;

namespace Huatuo.Bench.Site;

/// <summary>Runs other programs.</summary>
internal static class Command
{
    /// <summary>Runs one to its end.</summary>
    /// <exception cref="BenchException">It fails.</exception>
    internal static async Task RunAsync(CancellationToken stop, params string[] words)
    {
        using Process process = Start(words);
        process.StandardInput.Close();
        Task<string> output = process.StandardOutput.ReadToEndAsync(stop);
        string errors = await process.StandardError.ReadToEndAsync(stop);
        await output;
        await process.WaitForExitAsync(stop);
        if (process.ExitCode != 0)
            throw new BenchException($"{string.Join(' ', words)}: exit code {process.ExitCode}: {errors.Trim()}");
    }

    /// <summary>Starts one with all its streams redirected.</summary>
    internal static Process Start(params string[] words)
    {
        var start = new ProcessStartInfo(words[0], words[1..]) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        try
        {
            return Process.Start(start)!;
        }
        catch (System.ComponentModel.Win32Exception missing)
        {
            throw new BenchException($"{words[0]}: {missing.Message}; run eng/install test");
        }
    }
}
