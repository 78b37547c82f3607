using Huatuo.Flow.Metrics;
using Huatuo.Flow.Tracing;
using Huatuo.Linux.Proc;
using Huatuo.Tracers.Collecting;

namespace Huatuo.Tracers.Cpu.CpuUtil;

/// <summary>CPU time of containers: of <c>cpu.stat</c> on v2, of <c>cpuacct</c> on v1; and how many CPUs they may use.</summary>
internal sealed class ContainerCpu(TracerServices services)
{
    private const double NanosecondsPerSecond = 1e9;
    private const ulong NanosecondsPerMicrosecond = 1000;
    private const double Thousandths = 1000;
    private static readonly string[] s_modes = ["user", "system"];
    private static readonly MetricFamily s_seconds = new("huatuo_cpu_container_seconds_total", MetricKind.Counter, "CPU time of the container's tasks.", ContainerFiles.Label, "mode");
    private static readonly MetricFamily s_limit = new("huatuo_cpu_container_limit_cores", MetricKind.Gauge, "How many CPUs' time it may use; absent without a limit.", ContainerFiles.Label);

    private readonly ContainerFiles _files = ContainerFiles.Of(
        services.Containers,
        ("cpu", "cpu.stat"), ("cpuacct", "cpuacct.usage_user"), ("cpuacct", "cpuacct.usage_sys"), ("cpu", "cpu.max"), ("cpu", "cpu.cfs_quota_us"), ("cpu", "cpu.cfs_period_us"));

    private readonly FileBuffer _buffer = new();
    private readonly SeriesTable _seconds = new(ContainerFiles.Most * 2, new Column(s_seconds, NanosecondsPerSecond));
    private readonly SeriesTable _limits = new(ContainerFiles.Most, new Column(s_limit, Thousandths));

    internal static IReadOnlyList<MetricFamily> Families { get; } = [s_seconds, s_limit];

    internal void Write(MetricWriter writer)
    {
        _seconds.Clear();
        _limits.Clear();
        foreach (ContainerEntry entry in _files.Live())
        {
            (ulong user, ulong system) = Times(entry.Paths);
            if (user != SeriesTable.Absent && system != SeriesTable.Absent)
            {
                _seconds.Add([user], entry.Container.Id, s_modes[0]);
                _seconds.Add([system], entry.Container.Id, s_modes[1]);
            }
            if (Limit(entry.Paths) is not SeriesTable.Absent and ulong limit)
                _limits.Add([limit], entry.Container.Id);
        }
        _seconds.Write(writer, services.Skipped);
        _limits.Write(writer, services.Skipped);
    }

    private (ulong User, ulong System) Times(string[] paths)
    {
        ulong user = _buffer.Number(paths[1], services.Skipped), system = _buffer.Number(paths[2], services.Skipped);
        if (user != SeriesTable.Absent || !_buffer.TryRead(paths[0], out ReadOnlySpan<byte> content))
            return (user, system);
        var lines = new KeyedNumbers(content, services.Skipped);
        while (lines.TryNext(out ReadOnlySpan<byte> key, out ulong value))
        {
            if (key.SequenceEqual("user_usec"u8))
                user = unchecked(value * NanosecondsPerMicrosecond);
            else if (key.SequenceEqual("system_usec"u8))
                system = unchecked(value * NanosecondsPerMicrosecond);
        }
        return (user, system);
    }

    // Thousandths of a CPU.
    private ulong Limit(string[] paths)
    {
        ulong quota, period;
        if (_buffer.TryRead(paths[3], out ReadOnlySpan<byte> content))
        {
            var fields = new FieldReader(content.TrimEnd((byte)'\n'));
            if (content.StartsWith("max "u8))
                return SeriesTable.Absent;
            if (!fields.TryNumber(out quota) || !fields.TryNumber(out period))
            {
                services.Skipped.Add();
                return SeriesTable.Absent;
            }
        }
        else
        {
            // Without a limit the quota is -1.
            if (!_buffer.TryRead(paths[4], out content) || content.StartsWith("-"u8))
                return SeriesTable.Absent;
            (quota, period) = (_buffer.Number(paths[4], services.Skipped), _buffer.Number(paths[5], services.Skipped));
        }
        return quota >= uint.MaxValue || period is 0 or SeriesTable.Absent ? SeriesTable.Absent : quota * 1000 / period;
    }
}
