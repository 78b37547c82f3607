using System.Diagnostics;
using System.Globalization;

namespace Huatuo.Store.Tests;

/// <summary>Runs this program as a child that stores numbers and prints how many are stored, and kills it.</summary>
internal static class KilledChild
{
    /// <summary>Starts a child and kills it after it has told of some progress.</summary>
    /// <param name="arguments">What the child is to do.</param>
    /// <param name="lines">How often it must have told.</param>
    /// <param name="spins">How long to wait after that.</param>
    /// <returns>How many documents the child knew to be stored, and what it logged.</returns>
    public static (long Stored, string Log) Run(string[] arguments, int lines, int spins)
    {
        using Process child = Process.Start(new ProcessStartInfo(Environment.ProcessPath!, arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        Task<string> log = child.StandardError.ReadToEndAsync();
        try
        {
            for (int i = 0; i < lines; i++)
                Assert.NotNull(child.StandardOutput.ReadLine());
            Thread.SpinWait(spins);
        }
        finally
        {
            child.Kill();
        }
        // What the child told before it died is still in the pipe; only its last line may be torn.
        string[] told = child.StandardOutput.ReadToEnd().Split('\n');
        child.WaitForExit();
        long stored = told.SkipLast(1).Select(t => long.Parse(t, CultureInfo.InvariantCulture)).LastOrDefault();
        return (stored, log.Result);
    }
}
