using System.Globalization;
using Huatuo.Linux.Proc;

namespace Huatuo.AutoTracing.AutotracePsi;

/// <summary>The kernel's own moving average of a cgroup's pressure (kernel/sched/psi.c: psi_show).</summary>
internal static class PressureAverage
{
    private const string Key = " avg300=";

    /// <summary>Percent of the time in which some task waited, averaged over five minutes; 0 when it cannot be read.</summary>
    /// <param name="folder">The cgroup's.</param>
    /// <param name="resource"><c>cpu, memory</c> or <c>io</c>.</param>
    internal static double OfFiveMinutes(string? folder, string resource)
    {
        // some avg10=0.00 avg60=0.00 avg300=0.00 total=0
        string text = folder is null ? "" : KernelFile.TryRead(Path.Combine(folder, resource + ".pressure")) ?? "";
        int at = text.IndexOf(Key, StringComparison.Ordinal);
        return at >= 0 && double.TryParse(text[(at + Key.Length)..].Split(' ')[0], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double percent) ? percent : 0;
    }
}
