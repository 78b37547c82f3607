using Huatuo.Flow.Metrics;
using Huatuo.Flow.Tracing;
using Huatuo.Linux.Proc;
using Huatuo.Tracers.Collecting;

namespace Huatuo.Tracers.Network.Netdev;

/// <summary>The network devices of containers' network namespaces.</summary>
internal sealed class ContainerDevices(NameFilter filter, TracerServices services)
{
    private const int MaxDevices = 4;
    private readonly ContainerNetworks _networks = new(services, "dev");
    private readonly DeviceLines _lines = new(filter);
    private readonly FileBuffer _buffer = new();
    private readonly SeriesTable _table = new(ContainerFiles.Most * MaxDevices, [.. Families.Select(family => new Column(family))]);

    internal static IReadOnlyList<MetricFamily> Families { get; } =
    [
        .. DeviceLines.Columns.Select(column => new MetricFamily($"huatuo_netdev_container_{column.Name}_total", MetricKind.Counter, column.Help, ContainerFiles.Label, "device")),
    ];

    internal void Write(MetricWriter writer)
    {
        _table.Clear();
        foreach (ContainerEntry entry in _networks.Live())
            if (_buffer.TryRead(entry.Paths[0], out ReadOnlySpan<byte> content))
                _lines.Read(content, _table, services.Skipped, entry.Container.Id);
        _table.Write(writer, services.Skipped);
    }
}
