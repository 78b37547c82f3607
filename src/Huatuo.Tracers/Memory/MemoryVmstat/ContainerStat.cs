using Huatuo.Flow.Metrics;
using Huatuo.Flow.Tracing;
using Huatuo.Linux.Proc;
using Huatuo.Tracers.Collecting;

namespace Huatuo.Tracers.Memory.MemoryVmstat;

/// <summary>Reads <c>memory.stat</c> of containers (mm/memcontrol.c), whose amounts are bytes.</summary>
internal sealed class ContainerStat
{
    private const int MaxItems = 64;
    private static readonly MetricFamily s_events = new("huatuo_vmstat_container_events_total", MetricKind.Counter, "What memory management did for the container, by the kernel's names.", ContainerFiles.Label, "event");
    private static readonly MetricFamily s_bytes = new("huatuo_vmstat_container_bytes", MetricKind.Gauge, "What the container's memory is, by the kernel's names.", ContainerFiles.Label, "item");

    private readonly SkippedLines _skipped;
    private readonly ContainerFiles _files;
    private readonly FileBuffer _buffer = new();
    private readonly ByteTable<VmstatItem> _items;
    private readonly SeriesTable _events = new(ContainerFiles.Most * MaxItems, new Column(s_events));
    private readonly SeriesTable _bytes = new(ContainerFiles.Most * MaxItems, new Column(s_bytes));

    internal ContainerStat(NameFilter filter, TracerServices services)
    {
        _skipped = services.Skipped;
        _files = ContainerFiles.Of(services.Containers, ("memory", "memory.stat"));
        _items = new ByteTable<VmstatItem>(name => new VmstatItem(filter.Choose(name), VmstatItem.GrowsInCgroup(name)));
    }

    internal static IReadOnlyList<MetricFamily> Families { get; } = [s_events, s_bytes];

    internal void Write(MetricWriter writer)
    {
        _events.Clear();
        _bytes.Clear();
        foreach (ContainerEntry entry in _files.Live())
        {
            if (!_buffer.TryRead(entry.Paths[0], out ReadOnlySpan<byte> content))
                continue;
            var lines = new KeyedNumbers(content, _skipped);
            while (lines.TryNext(out ReadOnlySpan<byte> key, out ulong value))
                if (_items.Get(key) is { Name: { } name } item)
                    (item.IsEvent ? _events : _bytes).Add([value], entry.Container.Id, name);
        }
        _events.Write(writer, _skipped);
        _bytes.Write(writer, _skipped);
    }
}
