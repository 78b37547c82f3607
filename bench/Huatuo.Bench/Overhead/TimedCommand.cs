using System.Diagnostics;
using System.Globalization;
using Huatuo.Bench.Site;

namespace Huatuo.Bench.Overhead;

/// <summary>A program as load.</summary>
internal static class TimedCommand
{
    private const double Nanoseconds = 1e9;

    /// <summary>Runs it on one CPU.</summary>
    /// <param name="words">The program and its arguments.</param>
    /// <param name="cpu">Where.</param>
    /// <param name="units">How much it does.</param>
    /// <param name="stop">Ends it.</param>
    /// <exception cref="BenchException">It fails.</exception>
    internal static async Task<LoadTime> MeasureAsync(string words, int cpu, double units, CancellationToken stop)
    {
        // The shell tells the time of all that it waited for, in seconds, after what the program itself says.
        using Process process = Command.Start("bash", "-c", string.Create(CultureInfo.InvariantCulture, $"TIMEFORMAT='%R %U %S'; time taskset -c {cpu} {words} > /dev/null"));
        process.StandardInput.Close();
        string errors = await process.StandardError.ReadToEndAsync(stop);
        await process.WaitForExitAsync(stop);
        string[] times = errors.Trim().Split('\n')[^1].Split(' ');
        if (process.ExitCode != 0 || times.Length != 3)
            throw new BenchException($"{words}: exit code {process.ExitCode}: {errors}");
        double[] seconds = [.. times.Select(time => double.Parse(time, CultureInfo.InvariantCulture))];
        return new LoadTime((seconds[1] + seconds[2]) * Nanoseconds / units, seconds[0] * Nanoseconds / units, units);
    }
}
