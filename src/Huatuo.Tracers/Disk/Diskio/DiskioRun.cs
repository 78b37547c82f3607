using Huatuo.Flow.Metrics;
using Huatuo.Flow.Tracing;
using Huatuo.Linux.Proc;
using Huatuo.Tracers.Collecting;

namespace Huatuo.Tracers.Disk.Diskio;

/// <summary>
/// Reads <c>/proc/diskstats</c> (block/genhd.c: diskstats_show): major, minor, name, then 11 numbers, 15 with discards since 4.18, 17
/// with flushes since 5.5. Sectors are of 512 bytes, times in milliseconds.
/// </summary>
internal sealed class DiskioRun : IMetricTracer
{
    private const int MaxDisks = 500;
    private const int LeastNumbers = 11;
    private const double PerSecond = 1000;
    private const double PerByte = 1 / 512.0;

    private static readonly Column[] s_columns =
    [
        Counter("read_requests", "Read requests done."),
        Counter("reads_merged", "Read requests that were merged into another."),
        Counter("read_bytes", "Bytes read.", PerByte),
        Counter("read_time_seconds", "Time that read requests took, summed.", PerSecond),
        Counter("write_requests", "Write requests done."),
        Counter("writes_merged", "Write requests that were merged into another."),
        Counter("written_bytes", "Bytes written.", PerByte),
        Counter("write_time_seconds", "Time that write requests took, summed.", PerSecond),
        new(new("huatuo_diskio_io_in_progress", MetricKind.Gauge, "Requests on their way.", "device")),
        Counter("io_time_seconds", "Time in which a request was on its way.", PerSecond),
        Counter("io_weighted_time_seconds", "Time that requests took, those on their way included, summed.", PerSecond),
        Counter("discard_requests", "Discard requests done."),
        Counter("discards_merged", "Discard requests that were merged into another."),
        Counter("discarded_bytes", "Bytes discarded.", PerByte),
        Counter("discard_time_seconds", "Time that discard requests took, summed.", PerSecond),
        Counter("flush_requests", "Flush requests done, of whole disks."),
        Counter("flush_time_seconds", "Time that flush requests took, summed.", PerSecond),
    ];

    private readonly SkippedLines _skipped;
    private readonly ByteFile _file;
    private readonly ByteTable<string?> _names;
    private readonly SeriesTable _table = new(MaxDisks, s_columns);

    internal DiskioRun(DiskioOptions options, TracerServices services)
    {
        _skipped = services.Skipped;
        _file = services.ProcFile("diskstats");
        _names = new ByteTable<string?>(new NameFilter(options.DeviceIncluded, options.DeviceExcluded).Choose);
    }

    internal static IReadOnlyList<MetricFamily> Families { get; } = [.. s_columns.Select(column => column.Family)];

    public void Write(MetricWriter writer)
    {
        _table.Clear();
        Span<ulong> numbers = stackalloc ulong[s_columns.Length];
        var lines = new LineReader(_file.Read());
        while (lines.TryNext(out ReadOnlySpan<byte> line))
        {
            var fields = new FieldReader(line);
            int count;
            if (!fields.Skip(2) || !fields.TryNext(out ReadOnlySpan<byte> name) || (count = fields.Numbers(numbers)) < LeastNumbers)
                _skipped.Add();
            else if (_names.Get(name) is { } disk)
                _table.Add(numbers[..count], disk);
        }
        _table.Write(writer, _skipped);
    }

    private static Column Counter(string name, string help, double divisor = 1) => new(new($"huatuo_diskio_{name}_total", MetricKind.Counter, help, "device"), divisor);
}
