using Huatuo.Flow.Metrics;
using Huatuo.Flow.Tracing;
using Huatuo.Linux.Proc;
using Huatuo.Tracers.Collecting;

namespace Huatuo.Tracers.Network.Arp;

/// <summary>The neighbours of containers' network namespaces.</summary>
internal sealed class ContainerNeighbours(TracerServices services)
{
    private static readonly MetricFamily s_entries = new("huatuo_arp_container_entries", MetricKind.Gauge, "IPv4 neighbours in the container's network namespace.", ContainerFiles.Label);

    private readonly ContainerNetworks _networks = new(services, "arp");
    private readonly FileBuffer _buffer = new();
    private readonly SeriesTable _entries = new(ContainerFiles.Most, new Column(s_entries));

    internal static IReadOnlyList<MetricFamily> Families { get; } = [s_entries];

    internal void Write(MetricWriter writer)
    {
        _entries.Clear();
        foreach (ContainerEntry entry in _networks.Live())
            if (_buffer.TryRead(entry.Paths[0], out ReadOnlySpan<byte> content))
                _entries.Add([Count(content)], entry.Container.Id);
        _entries.Write(writer, services.Skipped);
    }

    private static ulong Count(ReadOnlySpan<byte> content)
    {
        ulong count = 0;
        var lines = new LineReader(content);
        lines.TryNext(out _);
        while (lines.TryNext(out _))
            count++;
        return count;
    }
}
