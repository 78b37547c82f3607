using System.Globalization;

namespace Huatuo.Bench.Overhead;

/// <summary>Work of other programs.</summary>
/// <param name="Name">Of what the times are.</param>
/// <param name="Target">The most that it may become longer by the default set.</param>
/// <param name="Make">Does it.</param>
internal sealed record StandardLoad(string Name, string Target, Func<Task<LoadTime>> Make);

/// <summary>What is slowed down by programs on the hooks of the network, of disks, of the scheduler, and of system calls.</summary>
internal static class StandardLoads
{
    /// <param name="run">The run.</param>
    /// <param name="file">To be read.</param>
    /// <param name="cpu">Where.</param>
    /// <param name="scale">1 for a second or so of each.</param>
    internal static IEnumerable<StandardLoad> Of(BenchRun run, DirectFile file, int cpu, double scale)
    {
        long bytes = (long)(scale * (3L << 30));
        int requests = (int)(scale * 100_000), blocks = (int)(scale * 20_000), calls = (int)(scale * 10_000_000), switches = (int)(scale * 100_000);
        yield return new StandardLoad("bulk TCP on the loopback, a byte", "×1.01", () => TcpLoad.BulkAsync(cpu, bytes));
        yield return new StandardLoad("request and response on the loopback", "×1.05", () => TcpLoad.RequestResponseAsync(cpu, requests));
        yield return new StandardLoad("a direct read of 4 KiB", "×1.01", () => file.ReadAsync(cpu, blocks));
        yield return new StandardLoad("a system call", "×1.01", () => Timed($"perf bench -f simple syscall basic -l {calls}", calls));
        yield return new StandardLoad("a round trip of `perf bench sched pipe`", "×1.10", () => Timed($"perf bench -f simple sched pipe -l {switches}", switches));

        Task<LoadTime> Timed(FormattableString words, double units) => TimedCommand.MeasureAsync(words.ToString(CultureInfo.InvariantCulture), cpu, units, run.Stop);
    }
}
