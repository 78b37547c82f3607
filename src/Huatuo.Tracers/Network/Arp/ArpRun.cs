using Huatuo.Flow.Metrics;
using Huatuo.Flow.Tracing;
using Huatuo.Linux.Proc;
using Huatuo.Tracers.Collecting;

namespace Huatuo.Tracers.Network.Arp;

/// <summary>Reads <c>/proc/net/arp</c> (net/ipv4/arp.c), and <c>/proc/net/stat/arp_cache</c> (net/core/neighbour.c).</summary>
internal sealed class ArpRun(TracerServices services) : IMetricTracer
{
    private const int MaxDevices = 500;
    private const int DeviceField = 5;
    private static readonly MetricFamily s_entries = new("huatuo_arp_entries", MetricKind.Gauge, "IPv4 neighbours in the network namespace of the agent, by device.", "device");
    private static readonly MetricFamily s_cache = new("huatuo_arp_cache_entries", MetricKind.Gauge, "IPv4 neighbours in all network namespaces together.");
    private static readonly MetricFamily s_events = new("huatuo_arp_cache_events_total", MetricKind.Counter, "What the table of IPv4 neighbours counted, by the kernel's names.", "event");

    private readonly ByteFile _file = services.ProcFile("net/arp");
    private readonly PerCpuCounts _counts = new(services.ProcFile("net/stat/arp_cache"), services.Skipped);
    private readonly ContainerNeighbours _containers = new(services);
    private readonly ByteTable<string> _names = new(name => name);
    private readonly SortedDictionary<string, ulong> _devices = new(StringComparer.Ordinal);
    private readonly SeriesTable _entries = new(MaxDevices, new Column(s_entries));
    private readonly SeriesTable _cache = new(1, new Column(s_cache));
    private readonly SeriesTable _events = new(64, new Column(s_events));

    internal static IReadOnlyList<MetricFamily> Families { get; } = [s_entries, s_cache, s_events, .. ContainerNeighbours.Families];

    public void Write(MetricWriter writer)
    {
        _entries.Clear();
        _cache.Clear();
        _events.Clear();
        ReadEntries(_file.Read());
        foreach ((string device, ulong count) in _devices)
            _entries.Add([count], device);
        if (_counts.Read() && _counts.Entries is { } entries)
        {
            _cache.Add([entries]);
            for (int i = 1; i < _counts.Names.Length; i++)
                _events.Add([_counts.Sums[i]], _counts.Names[i]);
        }
        _entries.Write(writer, services.Skipped);
        _cache.Write(writer, services.Skipped);
        _events.Write(writer, services.Skipped);
        _containers.Write(writer);
    }

    private void ReadEntries(ReadOnlySpan<byte> content)
    {
        _devices.Clear();
        var lines = new LineReader(content);
        lines.TryNext(out _);
        while (lines.TryNext(out ReadOnlySpan<byte> line))
        {
            var fields = new FieldReader(line);
            if (!fields.Skip(DeviceField) || !fields.TryNext(out ReadOnlySpan<byte> device))
            {
                services.Skipped.Add();
                continue;
            }
            string name = _names.Get(device);
            _devices[name] = _devices.GetValueOrDefault(name) + 1;
        }
    }
}
