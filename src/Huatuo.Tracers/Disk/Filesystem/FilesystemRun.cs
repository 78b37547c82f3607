using Huatuo.Flow.Metrics;
using Huatuo.Flow.Tracing;
using Huatuo.Linux;
using Huatuo.Linux.Proc;
using Huatuo.Tracers.Collecting;

namespace Huatuo.Tracers.Disk.Filesystem;

/// <summary>Takes the mounts of <c>/proc/self/mountinfo</c> and asks each file system once, at the first place it is mounted at.</summary>
internal sealed class FilesystemRun : IMetricTracer
{
    private const int MaxMounts = 200;
    private static readonly string[] s_labels = ["mountpoint", "device", "fstype"];

    private static readonly Column[] s_columns =
    [
        Gauge("size_bytes", "Size of the file system."),
        Gauge("free_bytes", "What is free."),
        Gauge("available_bytes", "What users without privileges may take of it."),
        Gauge("files", "Inodes, where they are limited."),
        Gauge("files_free", "Free inodes."),
        Gauge("readonly", "1 when nothing can be written, else 0."),
        Gauge("stuck", "1 when the file system did not answer in time, else 0."),
    ];

    private readonly SkippedLines _skipped;
    private readonly ByteFile _file;
    private readonly SpaceProbe _probe;
    private readonly ByteTable<string?> _points, _types;
    private readonly ByteTable<string> _sources = new(MountLine.Unescape);
    private readonly OrderedDictionary<string, Mount> _mounts = new(StringComparer.Ordinal);
    private readonly Dictionary<string, FileSystemSpace?> _answers = new(StringComparer.Ordinal);
    private readonly SeriesTable _table = new(MaxMounts, s_columns);

    internal FilesystemRun(FilesystemOptions options, TracerServices services, Func<string, FileSystemSpace?> ask)
    {
        _skipped = services.Skipped;
        _file = services.ProcFile("self/mountinfo");
        _probe = new SpaceProbe(ask, options.Timeout);
        var points = new NameFilter(options.MountPointsIncluded, options.MountPointsExcluded);
        _points = new ByteTable<string?>(text => points.Choose(MountLine.Unescape(text)));
        _types = new ByteTable<string?>(new NameFilter("", options.TypesExcluded).Choose);
    }

    internal static IReadOnlyList<MetricFamily> Families { get; } = [.. s_columns.Select(column => column.Family)];

    public void Write(MetricWriter writer)
    {
        ReadMounts(_file.Read());
        _answers.Clear();
        _probe.Ask(_mounts.Keys, _answers);
        _table.Clear();
        foreach ((string point, Mount mount) in _mounts)
        {
            if (_answers.GetValueOrDefault(point) is { } space)
                _table.Add(
                    [
                        space.SizeBytes, space.FreeBytes, space.AvailableBytes, space.Files > 0 ? space.Files : SeriesTable.Absent,
                        space.Files > 0 ? space.FilesFree : SeriesTable.Absent, space.IsReadOnly ? 1UL : 0, 0,
                    ],
                    point, mount.Source, mount.Type);
            else if (_probe.IsStuck(point))
                _table.Add(
                    [
                        SeriesTable.Absent, SeriesTable.Absent, SeriesTable.Absent, SeriesTable.Absent, SeriesTable.Absent, SeriesTable.Absent, 1,
                    ],
                    point, mount.Source, mount.Type);
        }
        _table.Write(writer, _skipped);
    }

    private void ReadMounts(ReadOnlySpan<byte> content)
    {
        _mounts.Clear();
        var lines = new LineReader(content);
        while (lines.TryNext(out ReadOnlySpan<byte> line))
        {
            if (!MountLine.TryParse(line, out MountLine mount))
                _skipped.Add();
            else if (_points.Get(mount.Point) is { } point && _types.Get(mount.Type) is { } type && !IsKnown(_sources.Get(mount.Source), point))
                _mounts[point] = new Mount(_sources.Get(mount.Source), type);
        }
    }

    // A disk that is mounted at several places is one file system.
    private bool IsKnown(string source, string point)
    {
        if (!source.StartsWith('/'))
            return false;
        foreach ((string known, Mount mount) in _mounts)
            if (mount.Source == source && known != point)
                return true;
        return false;
    }

    private static Column Gauge(string name, string help) => new(new("huatuo_filesystem_" + name, MetricKind.Gauge, help, s_labels));

    private readonly record struct Mount(string Source, string Type);
}
