using Huatuo.Flow.Metrics;
using Huatuo.Flow.Tracing;
using Huatuo.Linux.Proc;
using Huatuo.Tracers.Collecting;

namespace Huatuo.Tracers.Disk.IoStat;

/// <summary>
/// Reads <c>io.stat</c> of containers (block/blk-cgroup.c), lines <c>254:0 rbytes=1 wbytes=2 rios=3 wios=4 dbytes=5 dios=6</c>; on v1
/// <c>blkio.throttle.io_service_bytes_recursive</c> and <c>io_serviced_recursive</c>, lines <c>254:0 Read 1</c>.
/// </summary>
internal sealed class IoStatRun : IMetricTracer
{
    private const int MaxDisks = 16;
    private static readonly string[] s_labels = [ContainerFiles.Label, "device"];

    private static readonly Column[] s_columns =
    [
        Counter("read_bytes", "Bytes read from the disk."),
        Counter("written_bytes", "Bytes written to the disk."),
        Counter("read_requests", "Read requests to the disk."),
        Counter("write_requests", "Write requests to the disk."),
        Counter("discarded_bytes", "Bytes discarded."),
        Counter("discard_requests", "Discard requests."),
    ];

    private readonly SkippedLines _skipped;
    private readonly ContainerFiles _files;
    private readonly FileBuffer _buffer = new();
    private readonly ByteTable<string> _disks;
    private readonly Dictionary<string, ulong[]> _v1 = new(StringComparer.Ordinal);
    private readonly SeriesTable _table = new(ContainerFiles.Most * MaxDisks, s_columns);

    internal IoStatRun(TracerServices services)
    {
        _skipped = services.Skipped;
        _files = ContainerFiles.Of(
            services.Containers, ("io", "io.stat"), ("blkio", "blkio.throttle.io_service_bytes_recursive"), ("blkio", "blkio.throttle.io_serviced_recursive"));
        _disks = new ByteTable<string>(number => LiveDisk.NameOf(services.Roots.Sys, number) ?? number, 256);
    }

    internal static IReadOnlyList<MetricFamily> Families { get; } = [.. s_columns.Select(column => column.Family)];

    public void Write(MetricWriter writer)
    {
        _table.Clear();
        // The kernel gives the number of a disk that is gone to the next one.
        _disks.Clear();
        foreach (ContainerEntry entry in _files.Live())
        {
            if (_buffer.TryRead(entry.Paths[0], out ReadOnlySpan<byte> content))
                ReadV2(entry.Container.Id, content);
            else
                ReadV1(entry);
        }
        _table.Write(writer, _skipped);
    }

    private void ReadV2(string container, ReadOnlySpan<byte> content)
    {
        Span<ulong> numbers = stackalloc ulong[s_columns.Length];
        var lines = new LineReader(content);
        while (lines.TryNext(out ReadOnlySpan<byte> line))
        {
            var fields = new FieldReader(line);
            numbers.Fill(SeriesTable.Absent);
            fields.TryNext(out ReadOnlySpan<byte> number);
            bool isRead = number.Contains((byte)':');
            while (isRead && fields.TryNext(out ReadOnlySpan<byte> field))
            {
                int equals = field.IndexOf((byte)'=');
                int column = equals < 0 ? -1 : Column(field[..equals]);
                isRead = equals > 0 && (column < 0 || FieldReader.TryParse(field[(equals + 1)..], out numbers[column]));
            }
            if (!isRead)
                _skipped.Add();
            else if (numbers.ContainsAnyExcept(SeriesTable.Absent))
                _table.Add(numbers, container, _disks.Get(number));
        }
    }

    private void ReadV1(ContainerEntry entry)
    {
        _v1.Clear();
        for (int file = 0; file < 2; file++)
        {
            if (!_buffer.TryRead(entry.Paths[1 + file], out ReadOnlySpan<byte> content))
                continue;
            var lines = new LineReader(content);
            while (lines.TryNext(out ReadOnlySpan<byte> line))
            {
                var fields = new FieldReader(line);
                fields.TryNext(out ReadOnlySpan<byte> number);
                // The last line is the total of all disks.
                if (number.SequenceEqual("Total"u8))
                    continue;
                if (!number.Contains((byte)':') || !fields.TryNext(out ReadOnlySpan<byte> kind) || !fields.TryNumber(out ulong value))
                    _skipped.Add();
                else if (OfV1(kind, file) is >= 0 and int column)
                    RowOf(_disks.Get(number))[column] = value;
            }
        }
        foreach ((string disk, ulong[] numbers) in _v1)
            _table.Add(numbers, entry.Container.Id, disk);
    }

    private ulong[] RowOf(string disk)
    {
        if (!_v1.TryGetValue(disk, out ulong[]? row))
        {
            _v1.Add(disk, row = new ulong[s_columns.Length]);
            row.AsSpan().Fill(SeriesTable.Absent);
        }
        return row;
    }

    private static int Column(ReadOnlySpan<byte> key) => key switch
    {
        _ when key.SequenceEqual("rbytes"u8) => 0,
        _ when key.SequenceEqual("wbytes"u8) => 1,
        _ when key.SequenceEqual("rios"u8) => 2,
        _ when key.SequenceEqual("wios"u8) => 3,
        _ when key.SequenceEqual("dbytes"u8) => 4,
        _ when key.SequenceEqual("dios"u8) => 5,
        _ => -1,
    };

    private static int OfV1(ReadOnlySpan<byte> kind, int file) => kind switch
    {
        _ when kind.SequenceEqual("Read"u8) => 2 * file,
        _ when kind.SequenceEqual("Write"u8) => 2 * file + 1,
        _ when kind.SequenceEqual("Discard"u8) => 4 + file,
        _ => -1,
    };

    private static Column Counter(string name, string help) => new(new($"huatuo_io_stat_container_{name}_total", MetricKind.Counter, help, s_labels));
}
