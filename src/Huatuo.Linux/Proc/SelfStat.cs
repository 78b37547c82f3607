using System.IO.Enumeration;
using Huatuo.Linux.Interop;

namespace Huatuo.Linux.Proc;

/// <summary>Reads what the process metrics need from <c>self/{stat,statm,limits,fd}</c>.</summary>
/// <remarks>One caller at a time.</remarks>
public sealed class SelfStat(string procRoot = "/proc")
{
    private const int Utime = 14 - 3;
    private const int Stime = 15 - 3;
    private const int NumThreads = 20 - 3;

    private readonly string _self = Path.Combine(procRoot, "self");
    private readonly double _ticksPerSecond = Math.Max(1, Libc.sysconf(Libc._SC_CLK_TCK));
    private double? _bootTime;

    /// <summary>Takes one reading.</summary>
    /// <returns>False when <c>self/stat</c> is missing or malformed.</returns>
    public bool TryRead(out SelfSample sample)
    {
        sample = default;
        Span<byte> buffer = stackalloc byte[4096];
        int length = SmallFile.Read(Path.Combine(_self, "stat"), buffer);
        if (length <= 0) return false;

        if (!StatFields.TryAfterName(buffer[..length], out ReadOnlySpan<byte> fields)
            || !StatFields.TryGet(fields, Utime, out long user) || !StatFields.TryGet(fields, Stime, out long system)
            || !StatFields.TryGet(fields, NumThreads, out long threads) || threads > int.MaxValue
            || !StatFields.TryGet(fields, StatFields.StartTime, out long start))
            return false;

        var (virtualBytes, residentBytes) = ReadMemory();
        _bootTime ??= StatFields.ReadBootTime(procRoot);
        sample = new SelfSample(
            CpuSeconds: ((double)user + system) / _ticksPerSecond,
            Threads: (int)threads,
            ResidentBytes: residentBytes,
            VirtualBytes: virtualBytes,
            OpenFds: CountFds(),
            MaxFds: ReadMaxFds(),
            StartTimeSeconds: _bootTime + start / _ticksPerSecond);
        return true;
    }

    private (long? Virtual, long? Resident) ReadMemory()
    {
        Span<byte> buffer = stackalloc byte[256];
        int length = SmallFile.Read(Path.Combine(_self, "statm"), buffer);
        return length > 0
            ? (Pages(buffer[..length], 0), Pages(buffer[..length], 1))
            : (null, null);

        static long? Pages(ReadOnlySpan<byte> statm, int index) =>
            StatFields.TryGet(statm, index, out long pages) && pages <= long.MaxValue / Environment.SystemPageSize
                ? pages * Environment.SystemPageSize
                : null;
    }

    private long? ReadMaxFds()
    {
        Span<byte> buffer = stackalloc byte[4096];
        int length = SmallFile.Read(Path.Combine(_self, "limits"), buffer);
        if (length <= 0) return null;
        ReadOnlySpan<byte> limits = buffer[..length];
        var label = "Max open files"u8;
        int at = limits.IndexOf(label);
        return at >= 0 && StatFields.TryGet(limits[(at + label.Length)..], 0, out long soft) ? soft : null;
    }

    private int? CountFds()
    {
        try
        {
            int count = 0;
            foreach (bool isNumber in new FileSystemEnumerable<bool>(
                Path.Combine(_self, "fd"),
                static (ref entry) => entry.FileName.IndexOfAnyExceptInRange('0', '9') < 0,
                new EnumerationOptions { AttributesToSkip = 0, IgnoreInaccessible = false }))
                count += isNumber ? 1 : 0;
            return count;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
