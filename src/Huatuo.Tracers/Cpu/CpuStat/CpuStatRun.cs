using Huatuo.Flow.Metrics;
using Huatuo.Flow.Tracing;
using Huatuo.Linux.Proc;
using Huatuo.Tracers.Collecting;

namespace Huatuo.Tracers.Cpu.CpuStat;

/// <summary>Reads <c>cpu.stat</c> of containers (kernel/sched/core.c: cpu_extra_stat_show): v2 counts in microseconds, v1 in nanoseconds.</summary>
internal sealed class CpuStatRun(TracerServices services) : IMetricTracer
{
    private const double NanosecondsPerSecond = 1e9;
    private const ulong NanosecondsPerMicrosecond = 1000;

    private static readonly Column[] s_columns =
    [
        Counter("periods", "Periods in which the container's limit of CPU time was measured."),
        Counter("throttled_periods", "Periods in which it used up its limit, and was held up."),
        Counter("throttled_seconds", "Time in which it was held up, summed over CPUs.", NanosecondsPerSecond),
        Counter("bursts", "Periods in which it used what it had saved of earlier ones."),
        Counter("burst_seconds", "Time that it used of that.", NanosecondsPerSecond),
        Counter("wait_seconds", "Time in which its tasks waited for a CPU, on kernels that tell.", NanosecondsPerSecond),
    ];

    private readonly ContainerFiles _files = ContainerFiles.Of(services.Containers, ("cpu", "cpu.stat"));
    private readonly FileBuffer _buffer = new();
    private readonly SeriesTable _table = new(ContainerFiles.Most, s_columns);

    internal static IReadOnlyList<MetricFamily> Families { get; } = [.. s_columns.Select(column => column.Family)];

    public void Write(MetricWriter writer)
    {
        _table.Clear();
        Span<ulong> numbers = stackalloc ulong[s_columns.Length];
        foreach (ContainerEntry entry in _files.Live())
        {
            if (!_buffer.TryRead(entry.Paths[0], out ReadOnlySpan<byte> content))
                continue;
            numbers.Fill(SeriesTable.Absent);
            var lines = new KeyedNumbers(content, services.Skipped);
            while (lines.TryNext(out ReadOnlySpan<byte> key, out ulong value))
                Take(key, value, numbers);
            _table.Add(numbers, entry.Container.Id);
        }
        _table.Write(writer, services.Skipped);
    }

    private static void Take(ReadOnlySpan<byte> key, ulong value, Span<ulong> numbers)
    {
        (int column, ulong unit) = key switch
        {
            _ when key.SequenceEqual("nr_periods"u8) => (0, 1UL),
            _ when key.SequenceEqual("nr_throttled"u8) => (1, 1UL),
            _ when key.SequenceEqual("throttled_usec"u8) => (2, NanosecondsPerMicrosecond),
            _ when key.SequenceEqual("throttled_time"u8) => (2, 1UL),
            _ when key.SequenceEqual("nr_bursts"u8) => (3, 1UL),
            _ when key.SequenceEqual("burst_usec"u8) => (4, NanosecondsPerMicrosecond),
            _ when key.SequenceEqual("burst_time"u8) => (4, 1UL),
            _ when key.SequenceEqual("wait_sum"u8) => (5, 1UL),
            _ => (-1, 0UL),
        };
        if (column >= 0)
            numbers[column] = unchecked(value * unit);
    }

    private static Column Counter(string name, string help, double divisor = 1) =>
        new(new($"huatuo_cpu_stat_container_{name}_total", MetricKind.Counter, help, ContainerFiles.Label), divisor);
}
