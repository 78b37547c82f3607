using System.ComponentModel;
using System.Diagnostics;

namespace Huatuo.TestRun;

/// <summary>The kernels that can be booted here.</summary>
/// <param name="machine">The program Huatuo.Vm.</param>
/// <param name="directory">The root of the repository.</param>
internal sealed class Guests(string machine, string directory)
{
    private const int TooFew = 1;

    /// <summary>Brings the cache of kernels up to date and tells which there are; whatever fails leaves a family untested, with the reason.</summary>
    public async Task<IReadOnlyList<TestKernel>> FetchAsync(KernelChoice choice, CancellationToken stop)
    {
        if (choice == KernelChoice.None)
            return [Nothing(choice, "not asked for")];
        var start = new ProcessStartInfo(machine, choice == KernelChoice.Ends ? ["fetch", "--ends"] : ["fetch"])
        {
            WorkingDirectory = directory,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        try
        {
            using var fetch = Process.Start(start)!;
            fetch.StandardInput.Close();
            var error = fetch.StandardError.ReadToEndAsync(stop);
            string output = await fetch.StandardOutput.ReadToEndAsync(stop);
            await fetch.WaitForExitAsync(stop);
            return fetch.ExitCode is 0 or TooFew ? TestKernel.Parse(output) : [Nothing(choice, (await error).Trim())];
        }
        catch (Win32Exception e)
        {
            return [Nothing(choice, e.Message)];
        }
    }

    private static TestKernel Nothing(KernelChoice choice, string why) =>
        new(choice == KernelChoice.Ends ? "the oldest and the newest kernel" : "any kernel but this", "", why);
}
