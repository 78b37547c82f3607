using Huatuo.Flow.Metrics;
using Huatuo.Flow.Tracing;
using Huatuo.Linux.Proc;
using Huatuo.Tracers.Collecting;

namespace Huatuo.Tracers.Memory.Meminfo;

/// <summary>What containers use of memory, and what they may: <c>memory.current</c> and its neighbours on v2, <c>memory.usage_in_bytes</c> and its own on v1.</summary>
internal sealed class ContainerMemory(TracerServices services)
{
    // v1 writes no limit as the largest number of whole pages.
    private const ulong NoLimit = long.MaxValue / 2;

    private static readonly (string V2, string V1, MetricFamily Family)[] s_files =
    [
        ("memory.current", "memory.usage_in_bytes", Gauge("usage", "Memory that is charged to the container, page cache included.")),
        ("memory.max", "memory.limit_in_bytes", Gauge("limit", "What it may use at most; absent without a limit.")),
        ("memory.peak", "memory.max_usage_in_bytes", Gauge("peak", "The most that it used, since it was made (v2: since 5.19).")),
        ("memory.swap.current", "", Gauge("swap", "What of it is swapped out; v2 only.")),
    ];

    private readonly ContainerFiles _files = ContainerFiles.Of(
        services.Containers, [.. s_files.SelectMany(file => ((string, string)[])[("memory", file.V2), ("memory", file.V1)])]);

    private readonly FileBuffer _buffer = new();
    private readonly SeriesTable _table = new(ContainerFiles.Most, [.. s_files.Select(file => new Column(file.Family))]);

    internal static IReadOnlyList<MetricFamily> Families { get; } = [.. s_files.Select(file => file.Family)];

    internal void Write(MetricWriter writer)
    {
        _table.Clear();
        Span<ulong> numbers = stackalloc ulong[s_files.Length];
        foreach (ContainerEntry entry in _files.Live())
        {
            for (int i = 0; i < numbers.Length; i++)
                numbers[i] = Number(entry.Paths[2 * i], entry.Paths[2 * i + 1]);
            _table.Add(numbers, entry.Container.Id);
        }
        _table.Write(writer, services.Skipped);
    }

    private ulong Number(string v2, string v1)
    {
        if (!_buffer.TryRead(v2, out ReadOnlySpan<byte> content) && !_buffer.TryRead(v1, out content))
            return SeriesTable.Absent;
        content = content.TrimEnd((byte)'\n');
        if (content.SequenceEqual("max"u8))
            return SeriesTable.Absent;
        if (FieldReader.TryParse(content, out ulong number))
            return number < NoLimit ? number : SeriesTable.Absent;
        services.Skipped.Add();
        return SeriesTable.Absent;
    }

    private static MetricFamily Gauge(string name, string help) => new($"huatuo_meminfo_container_{name}_bytes", MetricKind.Gauge, help, ContainerFiles.Label);
}
