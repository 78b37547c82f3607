using Huatuo.Flow.Metrics;
using Huatuo.Flow.Tracing;
using Huatuo.Linux.Proc;
using Huatuo.Tracers.Collecting;

namespace Huatuo.Tracers.Memory.MemoryEvents;

/// <summary>Reads <c>memory.events</c> of containers (mm/memcontrol.c); on v1 <c>memory.failcnt</c>, as <c>max</c>, and of <c>memory.oom_control</c> the kills.</summary>
internal sealed class MemoryEventsRun : IMetricTracer
{
    private const int MaxEvents = 16;
    private static readonly MetricFamily s_events = new("huatuo_memory_events_container_total", MetricKind.Counter, "What happened to the container at the limits of its memory, by the kernel's names.", ContainerFiles.Label, "event");

    private readonly SkippedLines _skipped;
    private readonly ContainerFiles _files;
    private readonly FileBuffer _buffer = new();
    private readonly ByteTable<string?> _names;
    private readonly SeriesTable _table = new(ContainerFiles.Most * MaxEvents, new Column(s_events));

    internal MemoryEventsRun(MemoryEventsOptions options, TracerServices services)
    {
        _skipped = services.Skipped;
        _files = ContainerFiles.Of(services.Containers, ("memory", "memory.events"), ("memory", "memory.failcnt"), ("memory", "memory.oom_control"));
        _names = new ByteTable<string?>(new NameFilter(options.Included, options.Excluded).Choose);
    }

    internal static IReadOnlyList<MetricFamily> Families { get; } = [s_events];

    public void Write(MetricWriter writer)
    {
        _table.Clear();
        foreach (ContainerEntry entry in _files.Live())
        {
            if (_buffer.TryRead(entry.Paths[0], out ReadOnlySpan<byte> events))
                Add(entry.Container.Id, events, ""u8);
            else
            {
                if (_buffer.Number(entry.Paths[1], _skipped) is not SeriesTable.Absent and ulong failures && _names.Get("max"u8) is { } name)
                    _table.Add([failures], entry.Container.Id, name);
                if (_buffer.TryRead(entry.Paths[2], out ReadOnlySpan<byte> control))
                    Add(entry.Container.Id, control, "oom_kill"u8);
            }
        }
        _table.Write(writer, _skipped);
    }

    private void Add(string container, ReadOnlySpan<byte> content, ReadOnlySpan<byte> only)
    {
        var lines = new KeyedNumbers(content, _skipped);
        while (lines.TryNext(out ReadOnlySpan<byte> key, out ulong value))
            if ((only.IsEmpty || key.SequenceEqual(only)) && _names.Get(key) is { } name)
                _table.Add([value], container, name);
    }
}
