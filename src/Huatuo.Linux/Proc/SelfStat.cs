using System.Buffers.Text;
using System.IO.Enumeration;
using Huatuo.Linux.Interop;

namespace Huatuo.Linux.Proc;

/// <summary>Reads what the process metrics need from <c>self/{stat,statm,limits,fd}</c>.</summary>
/// <remarks>One caller at a time.</remarks>
public sealed class SelfStat(string procRoot = "/proc")
{
    // proc_pid_stat(5) counts from 1; what follows the command name starts with field 3.
    private const int Utime = 14 - 3;
    private const int Stime = 15 - 3;
    private const int NumThreads = 20 - 3;
    private const int StartTime = 22 - 3;

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

        // The name may hold spaces and parentheses; it ends at the last one.
        ReadOnlySpan<byte> fields = buffer[..length];
        int afterName = fields.LastIndexOf((byte)')');
        if (afterName < 0) return false;
        fields = fields[(afterName + 1)..];
        if (!TryField(fields, Utime, out long user) || !TryField(fields, Stime, out long system)
            || !TryField(fields, NumThreads, out long threads) || threads > int.MaxValue
            || !TryField(fields, StartTime, out long start))
            return false;

        var (virtualBytes, residentBytes) = ReadMemory();
        _bootTime ??= ReadBootTime();
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
            TryField(statm, index, out long pages) && pages <= long.MaxValue / Environment.SystemPageSize
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
        return at >= 0 && TryField(limits[(at + label.Length)..], 0, out long soft) ? soft : null;
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

    /// <summary>Line <c>btime</c> of <c>stat</c>, which stands after a line of all interrupts: read once.</summary>
    private double? ReadBootTime()
    {
        try
        {
            ReadOnlySpan<byte> stat = File.ReadAllBytes(Path.Combine(procRoot, "stat"));
            var label = "\nbtime "u8;
            int at = stat.IndexOf(label);
            return at >= 0 && TryField(stat[(at + label.Length)..], 0, out long seconds) ? seconds : null;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>The field at an index among fields separated by white space, as a number that is not negative.</summary>
    private static bool TryField(ReadOnlySpan<byte> text, int index, out long value)
    {
        var white = " \t\n"u8;
        text = text.TrimStart(white);
        for (; index > 0; index--)
        {
            int end = text.IndexOfAny(white);
            text = end < 0 ? default : text[end..].TrimStart(white);
        }
        int stop = text.IndexOfAny(white);
        var field = stop < 0 ? text : text[..stop];
        return Utf8Parser.TryParse(field, out value, out int used) && used == field.Length && value >= 0;
    }
}
