using System.Globalization;
using Huatuo.Linux.Interop;

namespace Huatuo.Linux.Proc;

/// <summary>When processes began.</summary>
/// <param name="procRoot">Where proc is mounted.</param>
public sealed class ProcessStart(string procRoot)
{
    private readonly double _ticksPerSecond = Math.Max(1, Libc.sysconf(Libc._SC_CLK_TCK));
    private double? _bootTime;

    /// <summary>Reads <c>PID/stat</c>, exact to a scheduler tick, and to a second as the kernel tells when it booted.</summary>
    /// <param name="pid">The process.</param>
    /// <returns>Null when it is gone or tells nonsense.</returns>
    public DateTimeOffset? Read(int pid)
    {
        Span<byte> buffer = stackalloc byte[4096];
        int length = SmallFile.Read(Path.Combine(procRoot, pid.ToString(CultureInfo.InvariantCulture), "stat"), buffer);
        _bootTime ??= StatFields.ReadBootTime(procRoot);
        return length > 0 && _bootTime is { } boot
            && StatFields.TryAfterName(buffer[..length], out ReadOnlySpan<byte> fields)
            && StatFields.TryGet(fields, StatFields.StartTime, out long ticks)
            && boot + ticks / _ticksPerSecond is > 0 and < 1e11 and double seconds
                ? DateTimeOffset.UnixEpoch.AddSeconds(seconds)
                : null;
    }
}
