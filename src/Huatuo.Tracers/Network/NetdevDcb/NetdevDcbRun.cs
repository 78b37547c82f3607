using System.Globalization;
using Huatuo.Flow.Metrics;
using Huatuo.Flow.Tracing;
using Huatuo.Linux.Netlink;
using Huatuo.Tracers.Collecting;

namespace Huatuo.Tracers.Network.NetdevDcb;

/// <summary>Asks each device of <c>/sys/class/net</c>; those without data center bridging refuse, and are left out.</summary>
internal sealed class NetdevDcbRun : IMetricTracer, IDisposable
{
    private const int MaxDevices = 100;
    private static readonly string[] s_priorities = [.. Enumerable.Range(0, PriorityFlowControl.Priorities).Select(priority => priority.ToString(CultureInfo.InvariantCulture))];

    private static readonly Column[] s_columns =
    [
        new(new("huatuo_netdev_dcb_pfc_sent_total", MetricKind.Counter, "Pause frames sent for a priority.", "device", "priority")),
        new(new("huatuo_netdev_dcb_pfc_received_total", MetricKind.Counter, "Pause frames received for a priority.", "device", "priority")),
    ];

    private readonly SkippedLines _skipped;
    private readonly IRouteSource _source;
    private readonly NameFilter _filter;
    private readonly string _folder;
    private readonly SeriesTable _table = new(MaxDevices * PriorityFlowControl.Priorities, s_columns);

    internal NetdevDcbRun(NetdevDcbOptions options, TracerServices services, IRouteSource source)
    {
        (_skipped, _source) = (services.Skipped, source);
        _filter = new NameFilter(options.DeviceIncluded, options.DeviceExcluded);
        _folder = Path.Combine(services.Roots.Sys, "class/net");
    }

    internal static IReadOnlyList<MetricFamily> Families { get; } = [.. s_columns.Select(column => column.Family)];

    public void Write(MetricWriter writer)
    {
        _table.Clear();
        foreach (string device in Directory.EnumerateFileSystemEntries(_folder).Select(path => Path.GetFileName(path)).Where(_filter.Takes).Order(StringComparer.Ordinal))
            _source.Ask(PriorityFlowControl.Request, isDump: false, PriorityFlowControl.Ask(device), message => Add(device, message));
        _table.Write(writer, _skipped);
    }

    public void Dispose() => _source.Dispose();

    private void Add(string device, NetlinkMessage message)
    {
        Span<ulong> sent = stackalloc ulong[PriorityFlowControl.Priorities];
        Span<ulong> received = stackalloc ulong[PriorityFlowControl.Priorities];
        if (!PriorityFlowControl.TryRead(message.Payload, sent, received))
            return;
        for (int priority = 0; priority < sent.Length; priority++)
            _table.Add([sent[priority], received[priority]], device, s_priorities[priority]);
    }
}
