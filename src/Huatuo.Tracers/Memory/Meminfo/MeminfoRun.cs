using Huatuo.Flow.Metrics;
using Huatuo.Flow.Tracing;
using Huatuo.Linux.Proc;
using Huatuo.Tracers.Collecting;

namespace Huatuo.Tracers.Memory.Meminfo;

/// <summary>Reads <c>/proc/meminfo</c> (fs/proc/meminfo.c) and <c>/sys/kernel/mm/hugepages</c>.</summary>
internal sealed class MeminfoRun(TracerServices services) : IMetricTracer
{
    private const ulong Kibibyte = 1024;
    private const int MaxItems = 200;
    private readonly ByteFile _file = services.ProcFile("meminfo");
    private readonly ByteTable<string> _names = new(name => name);
    private readonly SeriesTable _table = new(MaxItems, new Column(Families[0]));
    private readonly HugePages _hugePages = new(services, Families[1]);
    private readonly ContainerMemory _containers = new(services);

    internal static IReadOnlyList<MetricFamily> Families { get; } =
    [
        new("huatuo_meminfo_bytes", MetricKind.Gauge, "What memory is used for, by the kernel's names.", "item"),
        new("huatuo_hugepages_bytes", MetricKind.Gauge, "Memory reserved as huge pages: total, free, reserved of what is free, surplus of the total.", "page_size", "state"),
        .. ContainerMemory.Families,
    ];

    public void Write(MetricWriter writer)
    {
        _table.Clear();
        var lines = new LineReader(_file.Read());
        while (lines.TryNext(out ReadOnlySpan<byte> line))
        {
            var fields = new FieldReader(line);
            if (!fields.TryNext(out ReadOnlySpan<byte> key) || key[^1] != ':' || !fields.TryNumber(out ulong value) || value > ulong.MaxValue / Kibibyte)
                services.Skipped.Add();
            // The lines without a unit count huge pages, whose files tell more.
            else if (fields.TryNext(out ReadOnlySpan<byte> unit) && unit.SequenceEqual("kB"u8))
                _table.Add([value * Kibibyte], _names.Get(key[..^1]));
        }
        _table.Write(writer, services.Skipped);
        _hugePages.Write(writer);
        _containers.Write(writer);
    }
}
