using Huatuo.Flow.Metrics;
using Huatuo.Flow.Tracing;
using Huatuo.Linux.Proc;
using Huatuo.Tracers.Collecting;

namespace Huatuo.Tracers.Network.Netdev;

/// <summary>Reads <c>/proc/net/dev</c>.</summary>
internal sealed class NetdevRun : IMetricTracer
{
    private const int MaxDevices = 500;
    private readonly SkippedLines _skipped;
    private readonly ByteFile _file;
    private readonly DeviceLines _lines;
    private readonly ContainerDevices _containers;
    private readonly SeriesTable _table = new(MaxDevices, [.. Families.Take(DeviceLines.Columns.Length).Select(family => new Column(family))]);

    internal NetdevRun(NetdevOptions options, TracerServices services)
    {
        _skipped = services.Skipped;
        _file = services.ProcFile("net/dev");
        var filter = new NameFilter(options.DeviceIncluded, options.DeviceExcluded);
        _lines = new DeviceLines(filter);
        _containers = new ContainerDevices(filter, services);
    }

    internal static IReadOnlyList<MetricFamily> Families { get; } =
    [
        .. DeviceLines.Columns.Select(column => new MetricFamily($"huatuo_netdev_{column.Name}_total", MetricKind.Counter, column.Help, "device")),
        .. ContainerDevices.Families,
    ];

    public void Write(MetricWriter writer)
    {
        _table.Clear();
        _lines.Read(_file.Read(), _table, _skipped);
        _table.Write(writer, _skipped);
        _containers.Write(writer);
    }
}
