using Huatuo.Flow.Metrics;
using Huatuo.Flow.Tracing;
using Huatuo.Linux.Proc;
using Huatuo.Tracers.Collecting;

namespace Huatuo.Tracers.Network.Netstat;

/// <summary>Reads <c>/proc/net/snmp</c>, <c>netstat</c> and <c>snmp6</c>.</summary>
internal sealed class NetstatRun : IMetricTracer
{
    private const int MaxSeries = 2000;
    private static readonly MetricFamily s_events = new("huatuo_netstat_events_total", MetricKind.Counter, "What a protocol counted, by the kernel's names.", "protocol", "event");
    private static readonly MetricFamily s_levels = new("huatuo_netstat_level", MetricKind.Gauge, "What a protocol says of its state and settings, by the kernel's names.", "protocol", "item");

    private readonly SkippedLines _skipped;
    private readonly ByteFile _snmp, _netstat, _snmp6;
    private readonly ProtocolCounters _counters;
    private readonly ContainerProtocols _containers;
    private readonly SeriesTable _events = new(MaxSeries, new Column(s_events));
    private readonly SeriesTable _levels = new(MaxSeries, new Column(s_levels));

    internal NetstatRun(NetstatOptions options, TracerServices services)
    {
        _skipped = services.Skipped;
        (_snmp, _netstat, _snmp6) = (services.ProcFile("net/snmp"), services.ProcFile("net/netstat"), services.ProcFile("net/snmp6"));
        _counters = new ProtocolCounters(new NameFilter(options.Included, options.Excluded), services.Skipped, _events, _levels);
        _containers = new ContainerProtocols(new NameFilter(options.IncludedOnContainer, options.ExcludedOnContainer), services);
    }

    internal static IReadOnlyList<MetricFamily> Families { get; } = [s_events, s_levels, .. ContainerProtocols.Families];

    public void Write(MetricWriter writer)
    {
        _events.Clear();
        _levels.Clear();
        _counters.ReadPairs(_snmp.Read());
        if (_netstat.TryRead(out ReadOnlySpan<byte> more))
            _counters.ReadPairs(more);
        if (_snmp6.TryRead(out ReadOnlySpan<byte> six))
            _counters.ReadLines(six);
        _events.Write(writer, _skipped);
        _levels.Write(writer, _skipped);
        _containers.Write(writer);
    }
}
