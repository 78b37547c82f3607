using Huatuo.Flow.Metrics;
using Huatuo.Flow.Tracing;
using Huatuo.Linux.Proc;
using Huatuo.Tracers.Collecting;

namespace Huatuo.Tracers.Cpu.Psi;

/// <summary>Reads <c>/proc/pressure</c> (kernel/sched/psi.c: psi_show).</summary>
internal sealed class PsiRun(TracerServices services) : IMetricTracer
{
    private const double MicrosecondsPerSecond = 1e6;
    private static readonly string[] s_resources = ["cpu", "memory", "io", "irq"];
    private readonly ByteFile[] _files = [.. s_resources.Select(resource => services.ProcFile("pressure/" + resource))];
    private readonly SeriesTable _table = new(s_resources.Length, new(Families[0], MicrosecondsPerSecond), new(Families[1], MicrosecondsPerSecond));

    private readonly ContainerPressure _containers = new(services, s_resources);

    internal static IReadOnlyList<MetricFamily> Families { get; } =
    [
        new("huatuo_pressure_waiting_seconds_total", MetricKind.Counter, "Time in which some task waited for the resource.", "resource"),
        new("huatuo_pressure_stalled_seconds_total", MetricKind.Counter, "Time in which no task got anything done for want of the resource.", "resource"),
        .. ContainerPressure.Families,
    ];

    public void Write(MetricWriter writer)
    {
        _table.Clear();
        Span<ulong> totals = stackalloc ulong[2];
        for (int i = 0; i < _files.Length; i++)
            if (_files[i].TryRead(out ReadOnlySpan<byte> content))
            {
                PressureFile.Read(content, totals, services.Skipped);
                _table.Add(totals, s_resources[i]);
            }
        _table.Write(writer, services.Skipped);
        _containers.Write(writer);
    }
}
