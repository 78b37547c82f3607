using Huatuo.Flow.Metrics;
using Huatuo.Flow.Tracing;
using Huatuo.Linux.Proc;
using Huatuo.Tracers.Collecting;

namespace Huatuo.Tracers.Network.Sockstat;

/// <summary>Reads <c>/proc/net/sockstat</c> and <c>sockstat6</c>.</summary>
internal sealed class SockstatRun(TracerServices services) : IMetricTracer
{
    private const int MaxProtocols = 50;
    private static readonly MetricFamily s_used = new("huatuo_sockstat_sockets_used", MetricKind.Gauge, "Sockets of all families.");
    private static readonly MetricFamily s_sockets = new("huatuo_sockstat_sockets", MetricKind.Gauge, "Sockets of a protocol by state; fragments that wait for the rest, of FRAG.", "protocol", "state");
    private static readonly MetricFamily s_memory = new("huatuo_sockstat_memory_bytes", MetricKind.Gauge, "Memory for what a protocol's sockets hold.", "protocol");

    private readonly ulong _pageBytes = (ulong)Environment.SystemPageSize;
    private readonly ByteFile _four = services.ProcFile("net/sockstat");
    private readonly ByteFile _six = services.ProcFile("net/sockstat6");
    private readonly SocketLines _lines = new(services.Skipped);
    private readonly ContainerSockets _containers = new(services);
    private readonly SeriesTable _used = new(1, new Column(s_used));
    private readonly SeriesTable _sockets = new(MaxProtocols * 4, new Column(s_sockets));
    private readonly SeriesTable _memory = new(MaxProtocols, new Column(s_memory));

    internal static IReadOnlyList<MetricFamily> Families { get; } = [s_used, s_sockets, s_memory, .. ContainerSockets.Families];

    public void Write(MetricWriter writer)
    {
        _used.Clear();
        _sockets.Clear();
        _memory.Clear();
        _lines.Read(_four.Read(), Take);
        if (_six.TryRead(out ReadOnlySpan<byte> six))
            _lines.Read(six, Take);
        _used.Write(writer, services.Skipped);
        _sockets.Write(writer, services.Skipped);
        _memory.Write(writer, services.Skipped);
        _containers.Write(writer);
    }

    private void Take(SocketFigure figure, string protocol, string key, ulong value)
    {
        switch (figure)
        {
            case SocketFigure.Used: _used.Add([value]); break;
            case SocketFigure.Sockets: _sockets.Add([value], protocol, key); break;
            case SocketFigure.Pages: _memory.Add([unchecked(value * _pageBytes)], protocol); break;
            default: _memory.Add([value], protocol); break;
        }
    }
}
