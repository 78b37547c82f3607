using Huatuo.Flow.Tracing;
using Huatuo.Linux.Proc;

namespace Huatuo.AutoTracing.AutotraceSoftirq;

/// <summary>The CPU that spent the largest share of its time since the last look in softirqs, by <c>/proc/stat</c> (fs/proc/stat.c:
/// show_stat). Used by one thread at a time.</summary>
/// <param name="services">Roots.</param>
internal sealed class SoftirqShares(TracerServices services)
{
    // user, nice, system, idle, iowait, irq, softirq, steal.
    private const int Kinds = 8, SoftirqAt = 6;
    private const double Hundred = 100;

    private readonly ByteFile _file = new(Path.Combine(services.Roots.Proc, "stat"));
    private readonly Dictionary<int, (ulong Softirq, ulong Total)> _before = [];

    /// <summary>Looks.</summary>
    /// <returns>The CPU and percent; null when there is none to compare with.</returns>
    /// <exception cref="IOException">There is no such file.</exception>
    internal (int Cpu, double Percent)? Look()
    {
        (int Cpu, double Percent)? worst = null;
        Span<ulong> times = stackalloc ulong[Kinds];
        var lines = new LineReader(_file.Read());
        while (lines.TryNext(out ReadOnlySpan<byte> line))
        {
            var fields = new FieldReader(line);
            if (!fields.TryNext(out ReadOnlySpan<byte> key) || !key.StartsWith("cpu"u8) || !FieldReader.TryParse(key[3..], out ulong number))
                continue;
            if (fields.Numbers(times) < Kinds)
            {
                services.Skipped.Add();
                continue;
            }
            int cpu = (int)number;
            ulong total = 0;
            foreach (ulong time in times)
                total += time;
            // Counters of a CPU that was away begin anew.
            if (_before.TryGetValue(cpu, out (ulong Softirq, ulong Total) before) && total > before.Total && times[SoftirqAt] >= before.Softirq)
            {
                double percent = Math.Min(Hundred * (times[SoftirqAt] - before.Softirq) / (total - before.Total), Hundred);
                if (worst is null || percent > worst.Value.Percent)
                    worst = (cpu, percent);
            }
            _before[cpu] = (times[SoftirqAt], total);
        }
        return worst;
    }
}
