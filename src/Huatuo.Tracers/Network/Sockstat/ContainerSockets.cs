using Huatuo.Flow.Metrics;
using Huatuo.Flow.Tracing;
using Huatuo.Linux.Proc;
using Huatuo.Tracers.Collecting;

namespace Huatuo.Tracers.Network.Sockstat;

/// <summary>The sockets of containers' network namespaces. The memory in these files is the machine's, and left out.</summary>
internal sealed class ContainerSockets(TracerServices services)
{
    private const int MaxSeries = 16;
    private static readonly MetricFamily s_used = new("huatuo_sockstat_container_sockets_used", MetricKind.Gauge, "Sockets of all families in the container's network namespace.", ContainerFiles.Label);
    private static readonly MetricFamily s_sockets = new("huatuo_sockstat_container_sockets", MetricKind.Gauge, "Sockets of a protocol there, by state.", ContainerFiles.Label, "protocol", "state");

    private readonly ContainerNetworks _networks = new(services, "sockstat", "sockstat6");
    private readonly SocketLines _lines = new(services.Skipped);
    private readonly FileBuffer _buffer = new();
    private readonly SeriesTable _used = new(ContainerFiles.Most, new Column(s_used));
    private readonly SeriesTable _sockets = new(ContainerFiles.Most * MaxSeries, new Column(s_sockets));

    internal static IReadOnlyList<MetricFamily> Families { get; } = [s_used, s_sockets];

    internal void Write(MetricWriter writer)
    {
        _used.Clear();
        _sockets.Clear();
        foreach (ContainerEntry entry in _networks.Live())
            foreach (string path in entry.Paths)
                if (_buffer.TryRead(path, out ReadOnlySpan<byte> content))
                    _lines.Read(content, (what, protocol, key, value) =>
                    {
                        if (what == SocketFigure.Used)
                            _used.Add([value], entry.Container.Id);
                        else if (what == SocketFigure.Sockets)
                            _sockets.Add([value], entry.Container.Id, protocol, key);
                    });
        _used.Write(writer, services.Skipped);
        _sockets.Write(writer, services.Skipped);
    }
}
