using Huatuo.Flow.Metrics;
using Huatuo.Flow.Tracing;
using Huatuo.Linux.Proc;
using Huatuo.Tracers.Collecting;

namespace Huatuo.Tracers.Network.Netstat;

/// <summary>What the protocols counted in containers' network namespaces.</summary>
internal sealed class ContainerProtocols
{
    private const int MaxSeries = 64;
    private static readonly MetricFamily s_events = new("huatuo_netstat_container_events_total", MetricKind.Counter, "What a protocol counted in the container's network namespace, by the kernel's names.", ContainerFiles.Label, "protocol", "event");
    private static readonly MetricFamily s_levels = new("huatuo_netstat_container_level", MetricKind.Gauge, "What a protocol says there of its state and settings, by the kernel's names.", ContainerFiles.Label, "protocol", "item");

    private readonly SkippedLines _skipped;
    private readonly ContainerNetworks _networks;
    private readonly ProtocolCounters _counters;
    private readonly FileBuffer _buffer = new();
    private readonly SeriesTable _events = new(ContainerFiles.Most * MaxSeries, new Column(s_events));
    private readonly SeriesTable _levels = new(ContainerFiles.Most * MaxSeries, new Column(s_levels));

    internal ContainerProtocols(NameFilter filter, TracerServices services)
    {
        _skipped = services.Skipped;
        _networks = new ContainerNetworks(services, "snmp", "netstat", "snmp6");
        _counters = new ProtocolCounters(filter, _skipped, _events, _levels);
    }

    internal static IReadOnlyList<MetricFamily> Families { get; } = [s_events, s_levels];

    internal void Write(MetricWriter writer)
    {
        _events.Clear();
        _levels.Clear();
        foreach (ContainerEntry entry in _networks.Live())
            for (int i = 0; i < entry.Paths.Length; i++)
                if (_buffer.TryRead(entry.Paths[i], out ReadOnlySpan<byte> content))
                {
                    if (i < 2)
                        _counters.ReadPairs(content, entry.Container.Id);
                    else
                        _counters.ReadLines(content, entry.Container.Id);
                }
        _events.Write(writer, _skipped);
        _levels.Write(writer, _skipped);
    }
}
