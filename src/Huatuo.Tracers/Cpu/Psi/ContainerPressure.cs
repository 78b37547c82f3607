using Huatuo.Flow.Metrics;
using Huatuo.Flow.Tracing;
using Huatuo.Linux.Proc;
using Huatuo.Tracers.Collecting;

namespace Huatuo.Tracers.Cpu.Psi;

/// <summary>The pressure files of containers' cgroups, which the unified hierarchy has.</summary>
internal sealed class ContainerPressure(TracerServices services, string[] resources)
{
    private const double MicrosecondsPerSecond = 1e6;
    private readonly ContainerFiles _files = ContainerFiles.Of(services.Containers, [.. resources.Select(resource => ("", resource + ".pressure"))]);
    private readonly FileBuffer _buffer = new();
    private readonly SeriesTable _table = new(ContainerFiles.Most * resources.Length, new(Families[0], MicrosecondsPerSecond), new(Families[1], MicrosecondsPerSecond));

    internal static IReadOnlyList<MetricFamily> Families { get; } =
    [
        new("huatuo_pressure_container_waiting_seconds_total", MetricKind.Counter, "Time in which some task of the container waited for the resource.", ContainerFiles.Label, "resource"),
        new("huatuo_pressure_container_stalled_seconds_total", MetricKind.Counter, "Time in which no task of the container got anything done for want of the resource.", ContainerFiles.Label, "resource"),
    ];

    internal void Write(MetricWriter writer)
    {
        _table.Clear();
        Span<ulong> totals = stackalloc ulong[2];
        foreach (ContainerEntry entry in _files.Live())
            for (int i = 0; i < resources.Length; i++)
                if (_buffer.TryRead(entry.Paths[i], out ReadOnlySpan<byte> content))
                {
                    PressureFile.Read(content, totals, services.Skipped);
                    _table.Add(totals, entry.Container.Id, resources[i]);
                }
        _table.Write(writer, services.Skipped);
    }
}
