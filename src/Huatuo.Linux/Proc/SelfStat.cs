using System.Runtime.InteropServices;
using Huatuo.Linux.Interop;
using Microsoft.Win32.SafeHandles;

namespace Huatuo.Linux.Proc;

/// <summary>Reads what the process metrics need from <c>self/{stat,statm,limits,fd}</c>.</summary>
/// <remarks>One caller at a time.</remarks>
public sealed class SelfStat(string procRoot = "/proc")
{
    private const int Utime = 14 - 3;
    private const int Stime = 15 - 3;
    private const int NumThreads = 20 - 3;
    private const int EntriesBytes = 16 * 1024;

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

    // By names alone: .NET's enumeration asks of each entry, two calls of the kernel, whether it leads to a folder.
    private unsafe int? CountFds()
    {
        // struct linux_dirent64, include/linux/dirent.h.
        const int lengthAt = 16, nameAt = 19;
        using SafeFileHandle folder = Libc.open(Path.Combine(_self, "fd"), Libc.O_RDONLY | Libc.O_CLOEXEC);
        if (folder.IsInvalid)
            return null;
        byte* entries = stackalloc byte[EntriesBytes];
        for (int count = 0; ;)
        {
            nint bytes = Libc.getdents64(folder, entries, EntriesBytes);
            if (bytes <= 0)
                return bytes == 0 ? count : null;
            for (byte* entry = entries; entry < entries + bytes; entry += *(ushort*)(entry + lengthAt))
                count += MemoryMarshal.CreateReadOnlySpanFromNullTerminated(entry + nameAt).ContainsAnyExceptInRange((byte)'0', (byte)'9') ? 0 : 1;
        }
    }
}
