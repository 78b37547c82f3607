using System.Globalization;
using Huatuo.Flow.Metrics;
using Huatuo.Flow.Tracing;
using Huatuo.Linux.Proc;
using Huatuo.Tracers.Collecting;

namespace Huatuo.Tracers.Memory.MemoryBuddyinfo;

/// <summary>Reads <c>/proc/buddyinfo</c> (mm/vmstat.c: frag_show): <c>Node 0, zone   Normal      1    879 …</c>.</summary>
internal sealed class MemoryBuddyinfoRun(TracerServices services) : IMetricTracer
{
    private const int MaxOrders = 32;
    private const int MaxZones = 256;
    private static readonly string[] s_orders = [.. Enumerable.Range(0, MaxOrders).Select(order => order.ToString(CultureInfo.InvariantCulture))];
    private readonly ByteFile _file = services.ProcFile("buddyinfo");
    private readonly ByteTable<string> _names = new(name => name);
    private readonly SeriesTable _table = new(MaxZones * 11, new Column(Families[0]));

    internal static IReadOnlyList<MetricFamily> Families { get; } =
        [new("huatuo_memory_buddy_blocks", MetricKind.Gauge, "Free blocks of 2^order pages.", "node", "zone", "order")];

    public void Write(MetricWriter writer)
    {
        _table.Clear();
        var lines = new LineReader(_file.Read());
        while (lines.TryNext(out ReadOnlySpan<byte> line))
            if (!TryAdd(new FieldReader(line)))
                services.Skipped.Add();
        _table.Write(writer, services.Skipped);
    }

    private bool TryAdd(FieldReader fields)
    {
        if (!fields.TryNext(out ReadOnlySpan<byte> word) || !word.SequenceEqual("Node"u8)
            || !fields.TryNext(out ReadOnlySpan<byte> node) || node[^1] != ',' || !FieldReader.TryParse(node[..^1], out _)
            || !fields.TryNext(out word) || !word.SequenceEqual("zone"u8)
            || !fields.TryNext(out ReadOnlySpan<byte> zone))
            return false;
        Span<ulong> blocks = stackalloc ulong[MaxOrders];
        int count = fields.Numbers(blocks);
        if (count == 0 || !fields.Rest.IsEmpty)
            return false;
        (string nodeName, string zoneName) = (_names.Get(node[..^1]), _names.Get(zone));
        for (int order = 0; order < count; order++)
            _table.Add([blocks[order]], nodeName, zoneName, s_orders[order]);
        return true;
    }
}
