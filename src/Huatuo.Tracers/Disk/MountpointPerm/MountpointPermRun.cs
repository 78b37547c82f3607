using Huatuo.Flow.Metrics;
using Huatuo.Flow.Tracing;
using Huatuo.Linux.Proc;
using Huatuo.Tracers.Collecting;

namespace Huatuo.Tracers.Disk.MountpointPerm;

/// <summary>Reads the options of mounts in <c>/proc/self/mountinfo</c>.</summary>
internal sealed class MountpointPermRun : IMetricTracer
{
    private const int MaxMounts = 500;
    private readonly SkippedLines _skipped;
    private readonly ByteFile _file;
    private readonly ByteTable<string?> _points;
    // By mount point; of two at one, the later hides the other.
    private readonly SortedDictionary<string, bool> _isReadOnly = new(StringComparer.Ordinal);
    private readonly SeriesTable _table = new(MaxMounts, new Column(Families[0]));

    internal MountpointPermRun(MountpointPermOptions options, TracerServices services)
    {
        _skipped = services.Skipped;
        _file = services.ProcFile("self/mountinfo");
        var filter = new NameFilter(options.MountPointsIncluded, "");
        _points = new ByteTable<string?>(text => filter.Choose(MountLine.Unescape(text)));
    }

    internal static IReadOnlyList<MetricFamily> Families { get; } =
        [new("huatuo_mountpoint_readonly", MetricKind.Gauge, "1 when what is mounted there, or its file system, is read-only, else 0.", "mountpoint")];

    public void Write(MetricWriter writer)
    {
        _table.Clear();
        _isReadOnly.Clear();
        var lines = new LineReader(_file.Read());
        while (lines.TryNext(out ReadOnlySpan<byte> line))
        {
            if (!MountLine.TryParse(line, out MountLine mount))
                _skipped.Add();
            else if (_points.Get(mount.Point) is { } point)
                _isReadOnly[point] = mount.IsReadOnly;
        }
        foreach ((string point, bool isReadOnly) in _isReadOnly)
            _table.Add([isReadOnly ? 1UL : 0], point);
        _table.Write(writer, _skipped);
    }
}
