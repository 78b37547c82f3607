using Huatuo.Flow.Metrics;
using Huatuo.Flow.Tracing;
using Huatuo.Linux.Proc;
using Huatuo.Tracers.Collecting;

namespace Huatuo.Tracers.Network.TcpMemory;

/// <summary>Reads <c>/proc/sys/net/ipv4/tcp_mem</c> and, of <c>/proc/net/sockstat</c>, what TCP uses; both count pages.</summary>
internal sealed class TcpMemoryRun(TracerServices services) : IMetricTracer
{
    private static readonly string[] s_limits = ["low", "pressure", "high"];
    private static readonly MetricFamily s_usage = new("huatuo_tcp_memory_usage_bytes", MetricKind.Gauge, "Memory for what TCP sockets of all network namespaces hold.");
    private static readonly MetricFamily s_limit = new("huatuo_tcp_memory_limit_bytes", MetricKind.Gauge, "Below low TCP takes freely, above pressure it saves, above high it gets nothing.", "limit");

    private readonly ulong _pageBytes = (ulong)Environment.SystemPageSize;
    private readonly ByteFile _limitFile = services.ProcFile("sys/net/ipv4/tcp_mem");
    private readonly ByteFile _usageFile = services.ProcFile("net/sockstat");
    private readonly SeriesTable _usage = new(1, new Column(s_usage));
    private readonly SeriesTable _limits = new(s_limits.Length, new Column(s_limit));

    internal static IReadOnlyList<MetricFamily> Families { get; } = [s_usage, s_limit];

    public void Write(MetricWriter writer)
    {
        _usage.Clear();
        _limits.Clear();
        Span<ulong> limits = stackalloc ulong[s_limits.Length];
        var fields = new FieldReader(_limitFile.Read().TrimEnd((byte)'\n'));
        if (fields.Numbers(limits) < limits.Length)
            services.Skipped.Add();
        else
            for (int i = 0; i < limits.Length; i++)
                _limits.Add([unchecked(limits[i] * _pageBytes)], s_limits[i]);
        if (_usageFile.TryRead(out ReadOnlySpan<byte> content))
            ReadUsage(content);
        _usage.Write(writer, services.Skipped);
        _limits.Write(writer, services.Skipped);
    }

    private void ReadUsage(ReadOnlySpan<byte> content)
    {
        var lines = new LineReader(content);
        while (lines.TryNext(out ReadOnlySpan<byte> line))
        {
            if (!line.StartsWith("TCP:"u8))
                continue;
            if (line.IndexOf(" mem "u8) is >= 0 and int at && TryFirst(line[(at + " mem ".Length)..], out ulong pages))
                _usage.Add([unchecked(pages * _pageBytes)]);
            else
                services.Skipped.Add();
        }
    }

    private static bool TryFirst(ReadOnlySpan<byte> text, out ulong number)
    {
        var fields = new FieldReader(text);
        return fields.TryNumber(out number);
    }
}
