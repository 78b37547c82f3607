using System.Diagnostics;
using System.Globalization;
using Huatuo.Bench.Site;
using Huatuo.Profiling;
using Huatuo.Profiling.Capturing;

namespace Huatuo.Bench.Profiles;

/// <summary>What other programs do while they are profiled: one for each CPU, which prints the CPU time that it took in nanoseconds.</summary>
/// <param name="Program">It.</param>
/// <param name="Rounds">How often it does it.</param>
/// <param name="Words">What else it is told.</param>
internal sealed record ProfiledWork(string Program, int Rounds, params IReadOnlyList<string> Words)
{
    /// <summary>How many rounds all of them make.</summary>
    internal long AllRounds => (long)Rounds * Environment.ProcessorCount;

    /// <summary>Does it once.</summary>
    /// <returns>The CPU time of all, in nanoseconds.</returns>
    internal async Task<double> MakeAsync(BenchRun run)
    {
        Process[] workers = [.. Enumerable.Range(0, Environment.ProcessorCount).Select(_ => Command.Start([Program, Rounds.ToString(CultureInfo.InvariantCulture), .. Words]))];
        double sum = 0;
        foreach (Process worker in workers)
        {
            string said = await worker.StandardOutput.ReadToEndAsync(run.Stop);
            await worker.WaitForExitAsync(run.Stop);
            if (worker.ExitCode != 0)
                throw new BenchException($"{Program} {string.Join(' ', Words)}: exit code {worker.ExitCode}");
            sum += double.Parse(said, CultureInfo.InvariantCulture);
            worker.Dispose();
        }
        return sum;
    }

    /// <summary>Does it once while a profiler runs, and takes the samples as <c>huatuo profile</c> does.</summary>
    /// <returns>The CPU time of all, in nanoseconds.</returns>
    internal async Task<double> MakeAsync(BenchRun run, IProfiler profiler)
    {
        Task<double> work = MakeAsync(run);
        long began = Stopwatch.GetTimestamp();
        while (!work.IsCompleted)
        {
            using var ended = CancellationTokenSource.CreateLinkedTokenSource(run.Stop);
            Task looks = ProfileCapture.LookAsync(profiler, ProfileCapture.Interval(Stopwatch.GetElapsedTime(began)), TimeProvider.System, ended.Token);
            if (await Task.WhenAny(work, looks) == work)
                await ended.CancelAsync();
            await looks;
            profiler.Take();
        }
        return await work;
    }
}
