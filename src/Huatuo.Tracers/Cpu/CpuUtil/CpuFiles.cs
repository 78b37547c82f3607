using Huatuo.Flow.Tracing;
using Huatuo.Linux.Proc;
using Huatuo.Tracers.Collecting;

namespace Huatuo.Tracers.Cpu.CpuUtil;

/// <summary>A container's files on its CPU time, of either version of cgroups. Used by one thread at a time.</summary>
/// <param name="skipped">Counts what cannot be read.</param>
internal sealed class CpuFiles(SkippedLines skipped)
{
    private const ulong NanosecondsPerMicrosecond = 1000;
    private readonly FileBuffer _buffer = new();

    /// <summary>Controllers and names.</summary>
    internal static (string Controller, string Name)[] All { get; } =
    [
        ("cpu", "cpu.stat"), ("cpuacct", "cpuacct.usage_user"), ("cpuacct", "cpuacct.usage_sys"),
        ("cpu", "cpu.max"), ("cpu", "cpu.cfs_quota_us"), ("cpu", "cpu.cfs_period_us"),
    ];

    /// <summary>CPU time in nanoseconds; <see cref="SeriesTable.Absent"/> where it is not known.</summary>
    /// <param name="paths">The container's files, in the order of <see cref="All"/>.</param>
    internal (ulong User, ulong System) Times(string[] paths)
    {
        ulong user = _buffer.Number(paths[1], skipped), system = _buffer.Number(paths[2], skipped);
        if (user != SeriesTable.Absent || !_buffer.TryRead(paths[0], out ReadOnlySpan<byte> content))
            return (user, system);
        var lines = new KeyedNumbers(content, skipped);
        while (lines.TryNext(out ReadOnlySpan<byte> key, out ulong value))
        {
            if (key.SequenceEqual("user_usec"u8))
                user = unchecked(value * NanosecondsPerMicrosecond);
            else if (key.SequenceEqual("system_usec"u8))
                system = unchecked(value * NanosecondsPerMicrosecond);
        }
        return (user, system);
    }

    /// <summary>How many thousandths of a CPU it may use; <see cref="SeriesTable.Absent"/> without a limit.</summary>
    /// <param name="paths">The container's files, in the order of <see cref="All"/>.</param>
    internal ulong Limit(string[] paths)
    {
        ulong quota, period;
        if (_buffer.TryRead(paths[3], out ReadOnlySpan<byte> content))
        {
            var fields = new FieldReader(content.TrimEnd((byte)'\n'));
            if (content.StartsWith("max "u8))
                return SeriesTable.Absent;
            if (!fields.TryNumber(out quota) || !fields.TryNumber(out period))
            {
                skipped.Add();
                return SeriesTable.Absent;
            }
        }
        else
        {
            // Without a limit the quota is -1.
            if (!_buffer.TryRead(paths[4], out content) || content.StartsWith("-"u8))
                return SeriesTable.Absent;
            (quota, period) = (_buffer.Number(paths[4], skipped), _buffer.Number(paths[5], skipped));
        }
        return quota >= uint.MaxValue || period is 0 or SeriesTable.Absent ? SeriesTable.Absent : quota * 1000 / period;
    }
}
