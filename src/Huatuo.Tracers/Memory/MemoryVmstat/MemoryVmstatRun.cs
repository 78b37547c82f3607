using Huatuo.Flow.Metrics;
using Huatuo.Flow.Tracing;
using Huatuo.Linux.Proc;
using Huatuo.Tracers.Collecting;

namespace Huatuo.Tracers.Memory.MemoryVmstat;

/// <summary>Reads <c>/proc/vmstat</c> (mm/vmstat.c: vmstat_text): a name and a number in each line.</summary>
internal sealed class MemoryVmstatRun : IMetricTracer
{
    private const int MaxItems = 1000;
    private static readonly MetricFamily s_events = new("huatuo_vmstat_events_total", MetricKind.Counter, "What memory management did, by the kernel's names.", "event");
    private static readonly MetricFamily s_levels = new("huatuo_vmstat_level", MetricKind.Gauge, "Where pages are, by the kernel's names; in pages unless the name says otherwise.", "item");

    private readonly SkippedLines _skipped;
    private readonly ByteFile _file;
    private readonly ByteTable<VmstatItem> _items;
    private readonly ContainerStat _containers;
    private readonly SeriesTable _events = new(MaxItems, new Column(s_events));
    private readonly SeriesTable _levels = new(MaxItems, new Column(s_levels));

    internal MemoryVmstatRun(MemoryVmstatOptions options, TracerServices services)
    {
        _skipped = services.Skipped;
        _file = services.ProcFile("vmstat");
        var filter = new NameFilter(options.IncludedOnHost, options.ExcludedOnHost);
        _items = new ByteTable<VmstatItem>(name => new VmstatItem(filter.Choose(name), VmstatItem.Grows(name)));
        _containers = new ContainerStat(new NameFilter(options.IncludedOnContainer, options.ExcludedOnContainer), services);
    }

    internal static IReadOnlyList<MetricFamily> Families { get; } = [s_events, s_levels, .. ContainerStat.Families];

    public void Write(MetricWriter writer)
    {
        _events.Clear();
        _levels.Clear();
        var lines = new LineReader(_file.Read());
        while (lines.TryNext(out ReadOnlySpan<byte> line))
        {
            var fields = new FieldReader(line);
            if (!fields.TryNext(out ReadOnlySpan<byte> key) || !fields.TryNumber(out ulong value))
                _skipped.Add();
            else if (_items.Get(key) is { Name: { } name } item)
                (item.IsEvent ? _events : _levels).Add([value], name);
        }
        _events.Write(writer, _skipped);
        _levels.Write(writer, _skipped);
        _containers.Write(writer);
    }
}
