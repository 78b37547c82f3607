using System.Globalization;
using Huatuo.Flow.Metrics;
using Huatuo.Flow.Tracing;
using Huatuo.Linux.Interop;
using Huatuo.Linux.Netlink;
using Huatuo.Linux.Proc;
using Huatuo.Tracers.Collecting;

namespace Huatuo.Tracers.Network.NetdevQdisc;

/// <summary>Asks rtnetlink for all devices and all queueing disciplines; shows those at the root of a device, other than <c>noqueue</c>.</summary>
internal sealed class NetdevQdiscRun : IMetricTracer, IDisposable
{
    private const int MaxDevices = 500;
    private const ushort RTM_GETLINK = 18;
    private const int LinkRequestBytes = 16;
    private static readonly string[] s_labels = ["device", "kind"];

    private static readonly Column[] s_columns =
    [
        Of("bytes_total", MetricKind.Counter, "Bytes sent."),
        Of("packets_total", MetricKind.Counter, "Packets sent."),
        Of("drops_total", MetricKind.Counter, "Packets dropped."),
        Of("requeues_total", MetricKind.Counter, "Packets put back, since the device was busy."),
        Of("overlimits_total", MetricKind.Counter, "Times that a limit held a packet up."),
        Of("current_queue_length", MetricKind.Gauge, "Packets that wait."),
        Of("backlog_bytes", MetricKind.Gauge, "Bytes that wait."),
    ];

    private readonly SkippedLines _skipped;
    private readonly IRouteSource _source;
    private readonly ByteTable<string?> _devices;
    private readonly ByteTable<string> _kinds = new(name => name);
    private readonly Dictionary<int, string> _names = [];
    private readonly SeriesTable _table = new(MaxDevices, s_columns);

    internal NetdevQdiscRun(NetdevQdiscOptions options, TracerServices services, IRouteSource source)
    {
        (_skipped, _source) = (services.Skipped, source);
        _devices = new ByteTable<string?>(new NameFilter(options.DeviceIncluded, options.DeviceExcluded).Choose);
    }

    internal static IReadOnlyList<MetricFamily> Families { get; } = [.. s_columns.Select(column => column.Family)];

    public void Write(MetricWriter writer)
    {
        _names.Clear();
        _table.Clear();
        Ask(RTM_GETLINK, LinkRequestBytes, AddDevice);
        Ask(QdiscMessage.Request, QdiscMessage.RequestBytes, AddQdisc);
        _table.Write(writer, _skipped);
    }

    public void Dispose() => _source.Dispose();

    private void Ask(ushort type, int bytes, NetlinkHandler each)
    {
        if (_source.Ask(type, isDump: true, stackalloc byte[bytes], each) is not 0 and int errno)
            throw new IOException(string.Create(CultureInfo.InvariantCulture, $"rtnetlink: request {type}: {Errno.Describe(errno)}"));
    }

    private void AddDevice(NetlinkMessage message)
    {
        if (message.Type != NetlinkMessage.NewLink)
            return;
        if (!LinkMessage.TryRead(message.Payload, out LinkMessage link))
            _skipped.Add();
        else if (_devices.Get(link.Name) is { } name)
            _names[link.Index] = name;
    }

    private void AddQdisc(NetlinkMessage message)
    {
        if (!QdiscMessage.TryRead(message.Payload, out QdiscMessage qdisc))
            _skipped.Add();
        else if (qdisc.IsRoot && !qdisc.Kind.SequenceEqual("noqueue"u8) && _names.TryGetValue(qdisc.Device, out string? device))
            _table.Add([qdisc.Bytes, qdisc.Packets, qdisc.Drops, qdisc.Requeues, qdisc.Overlimits, qdisc.Length, qdisc.Backlog], device, _kinds.Get(qdisc.Kind));
    }

    private static Column Of(string name, MetricKind kind, string help) => new(new("huatuo_netdev_qdisc_" + name, kind, help, s_labels));
}
