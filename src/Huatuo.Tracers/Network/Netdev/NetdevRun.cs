using Huatuo.Flow.Metrics;
using Huatuo.Flow.Tracing;
using Huatuo.Linux.Netlink;
using Huatuo.Linux.Proc;
using Huatuo.Tracers.Collecting;

namespace Huatuo.Tracers.Network.Netdev;

/// <summary>Reads <c>/proc/net/dev</c>, or asks rtnetlink.</summary>
internal sealed class NetdevRun : IMetricTracer, IDisposable
{
    private const int MaxDevices = 500;
    private readonly SkippedLines _skipped;
    private readonly ByteFile _file;
    private readonly DeviceLines _lines;
    private readonly ContainerDevices _containers;
    private readonly SeriesTable _table = new(MaxDevices, [.. Families.Take(DeviceLines.Columns.Length).Select(family => new Column(family))]);
    private readonly SeriesTable _parts = new(MaxDevices, [.. LinkRows.Families.Select(family => new Column(family))]);
    private readonly IRouteSource? _source;
    private readonly LinkRows? _links;

    /// <param name="options">Which devices.</param>
    /// <param name="services">Files and containers.</param>
    /// <param name="source">Is asked instead of the file; disposed of with this.</param>
    internal NetdevRun(NetdevOptions options, TracerServices services, IRouteSource? source = null)
    {
        _skipped = services.Skipped;
        _file = services.ProcFile("net/dev");
        var filter = new NameFilter(options.DeviceIncluded, options.DeviceExcluded);
        _lines = new DeviceLines(filter);
        _containers = new ContainerDevices(filter, services);
        _source = source;
        _links = source is null ? null : new LinkRows(filter, source, services.Skipped);
    }

    internal static IReadOnlyList<MetricFamily> Families { get; } =
    [
        .. DeviceLines.Columns.Select(column => new MetricFamily($"huatuo_netdev_{column.Name}_total", MetricKind.Counter, column.Help, "device")),
        .. LinkRows.Families,
        .. ContainerDevices.Families,
    ];

    public void Write(MetricWriter writer)
    {
        _table.Clear();
        _parts.Clear();
        if (_links is null)
            _lines.Read(_file.Read(), _table, _skipped);
        else
            _links.Read(_table, _parts);
        _table.Write(writer, _skipped);
        _parts.Write(writer, _skipped);
        _containers.Write(writer);
    }

    public void Dispose() => _source?.Dispose();
}
