using Huatuo.Flow.Metrics;
using Huatuo.Flow.Tracing;
using Huatuo.Linux.Proc;
using Huatuo.Tracers.Collecting;

namespace Huatuo.Tracers.Network.Conntrack;

/// <summary>Reads <c>/proc/sys/net/netfilter</c> and <c>/proc/net/stat/nf_conntrack</c> (net/netfilter/nf_conntrack_standalone.c).</summary>
internal sealed class ConntrackRun(TracerServices services) : IMetricTracer
{
    private static readonly Column[] s_columns =
    [
        new(new("huatuo_conntrack_entries", MetricKind.Gauge, "Connections tracked in the network namespace of the agent.")),
        new(new("huatuo_conntrack_limit", MetricKind.Gauge, "The most connections that are tracked; more are dropped.")),
    ];

    private static readonly MetricFamily s_events = new("huatuo_conntrack_events_total", MetricKind.Counter, "What connection tracking counted, by the kernel's names.", "event");

    private readonly ByteFile _count = services.ProcFile("sys/net/netfilter/nf_conntrack_count");
    private readonly ByteFile _limit = services.ProcFile("sys/net/netfilter/nf_conntrack_max");
    private readonly PerCpuCounts _counts = new(services.ProcFile("net/stat/nf_conntrack"), services.Skipped);
    private readonly SeriesTable _table = new(1, s_columns);
    private readonly SeriesTable _events = new(64, new Column(s_events));

    internal static IReadOnlyList<MetricFamily> Families { get; } = [.. s_columns.Select(column => column.Family), s_events];

    public void Write(MetricWriter writer)
    {
        _table.Clear();
        _events.Clear();
        _table.Add([_count.Number(services.Skipped), _limit.Number(services.Skipped)]);
        if (_counts.Read())
            for (int i = 1; i < _counts.Names.Length; i++)
                _events.Add([_counts.Sums[i]], _counts.Names[i]);
        _table.Write(writer, services.Skipped);
        _events.Write(writer, services.Skipped);
    }
}
