using System.Diagnostics;
using System.Globalization;
using Huatuo.Bench.Site;

namespace Huatuo.Bench.Pipe;

/// <summary>What one round trip of <c>perf bench sched pipe</c> took.</summary>
/// <param name="CpuNs">CPU time of both processes.</param>
/// <param name="WallNs">By the clock.</param>
internal readonly record struct PipeTime(double CpuNs, double WallNs)
{
    /// <summary>Runs it.</summary>
    /// <param name="roundTrips">How many.</param>
    /// <param name="cpu">Where both processes run.</param>
    /// <param name="stop">Ends it.</param>
    /// <exception cref="BenchException">There is no perf, or it fails.</exception>
    internal static async Task<PipeTime> MeasureAsync(int roundTrips, int cpu, CancellationToken stop)
    {
        // The shell tells the CPU time of all that it waited for, in seconds, after what the program itself says.
        using Process process = Command.Start(
            "bash", "-c", string.Create(CultureInfo.InvariantCulture, $"TIMEFORMAT='%U %S'; time taskset -c {cpu} perf bench -f simple sched pipe -l {roundTrips}"));
        process.StandardInput.Close();
        Task<string> errors = process.StandardError.ReadToEndAsync(stop);
        string output = await process.StandardOutput.ReadToEndAsync(stop);
        await process.WaitForExitAsync(stop);
        string[] times = (await errors).Trim().Split('\n')[^1].Split(' ');
        if (process.ExitCode != 0 || times.Length != 2 || !double.TryParse(output.Trim(), CultureInfo.InvariantCulture, out double wall))
            throw new BenchException($"perf bench sched pipe: exit code {process.ExitCode}: {output}{await errors}; install Debian's linux-perf");
        return new PipeTime(times.Sum(time => double.Parse(time, CultureInfo.InvariantCulture)) * 1e9 / roundTrips, wall * 1e9 / roundTrips);
    }
}
