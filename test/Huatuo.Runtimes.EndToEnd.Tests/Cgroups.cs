using Huatuo.EndToEnd.Tests.Machine;
using Huatuo.EndToEnd.Tests.Product;

namespace Huatuo.Runtimes.EndToEnd.Tests;

/// <summary>What runtimes leave of the cgroups that they made for a test.</summary>
internal static class Cgroups
{
    /// <summary>Removes a cgroup and those below it in every hierarchy, once the last process has left them.</summary>
    internal static async Task RemoveAsync(string path)
    {
        foreach (string mount in File.ReadLines("/proc/self/mountinfo").Where(line => line.Contains(" - cgroup", StringComparison.Ordinal)).Select(line => line.Split(' ')[4]).Distinct())
            await Eventually.HoldsAsync($"{mount}{path} is empty", () => !Directory.Exists(mount + path) || Command.Try("find", mount + path, "-depth", "-type", "d", "-delete").ExitCode == 0);
    }
}
