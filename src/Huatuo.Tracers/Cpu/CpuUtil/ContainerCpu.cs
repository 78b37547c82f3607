using Huatuo.Flow.Metrics;
using Huatuo.Flow.Tracing;
using Huatuo.Tracers.Collecting;

namespace Huatuo.Tracers.Cpu.CpuUtil;

/// <summary>CPU time of containers: of <c>cpu.stat</c> on v2, of <c>cpuacct</c> on v1; and how many CPUs they may use.</summary>
internal sealed class ContainerCpu(TracerServices services)
{
    private const double NanosecondsPerSecond = 1e9;
    private const double Thousandths = 1000;
    private static readonly string[] s_modes = ["user", "system"];
    private static readonly MetricFamily s_seconds = new("huatuo_cpu_container_seconds_total", MetricKind.Counter, "CPU time of the container's tasks.", ContainerFiles.Label, "mode");
    private static readonly MetricFamily s_limit = new("huatuo_cpu_container_limit_cores", MetricKind.Gauge, "How many CPUs' time it may use; absent without a limit.", ContainerFiles.Label);

    private readonly ContainerFiles _files = ContainerFiles.Of(services.Containers, CpuFiles.All);
    private readonly CpuFiles _cpu = new(services.Skipped);
    private readonly SeriesTable _seconds = new(ContainerFiles.Most * 2, new Column(s_seconds, NanosecondsPerSecond));
    private readonly SeriesTable _limits = new(ContainerFiles.Most, new Column(s_limit, Thousandths));

    internal static IReadOnlyList<MetricFamily> Families { get; } = [s_seconds, s_limit];

    internal void Write(MetricWriter writer)
    {
        _seconds.Clear();
        _limits.Clear();
        foreach (ContainerEntry entry in _files.Live())
        {
            (ulong user, ulong system) = _cpu.Times(entry.Paths);
            if (user != SeriesTable.Absent && system != SeriesTable.Absent)
            {
                _seconds.Add([user], entry.Container.Id, s_modes[0]);
                _seconds.Add([system], entry.Container.Id, s_modes[1]);
            }
            if (_cpu.Limit(entry.Paths) is not SeriesTable.Absent and ulong limit)
                _limits.Add([limit], entry.Container.Id);
        }
        _seconds.Write(writer, services.Skipped);
        _limits.Write(writer, services.Skipped);
    }
}
