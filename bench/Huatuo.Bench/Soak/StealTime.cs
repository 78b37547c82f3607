using System.Globalization;

namespace Huatuo.Bench.Soak;

/// <summary>Time for which the hypervisor ran something else.</summary>
internal static class StealTime
{
    /// <summary>Of one CPU since boot; the eighth figure of its line in /proc/stat, in hundredths of a second.</summary>
    internal static TimeSpan Of(int cpu)
    {
        string line = File.ReadLines("/proc/stat").First(line => line.StartsWith(string.Create(CultureInfo.InvariantCulture, $"cpu{cpu} "), StringComparison.Ordinal));
        return TimeSpan.FromMilliseconds(10 * long.Parse(line.Split(' ')[8], CultureInfo.InvariantCulture));
    }
}
