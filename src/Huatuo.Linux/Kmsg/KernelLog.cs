using System.Runtime.InteropServices;
using Huatuo.Linux.Interop;
using Microsoft.Win32.SafeHandles;

namespace Huatuo.Linux.Kmsg;

/// <summary>The kernel log from now on, record by record, from <c>/dev/kmsg</c> (Documentation/ABI/testing/dev-kmsg).</summary>
public sealed unsafe class KernelLog : IDisposable
{
    /// <summary>The file.</summary>
    public const string Device = "/dev/kmsg";

    /// <summary>A record fits (include/linux/console.h: CONSOLE_EXT_LOG_MAX; 2048 since 6.3).</summary>
    public const int MaxRecordBytes = 8192;

    private const int Interrupted = 4;
    private const int Again = 11;
    private const int BrokenPipe = 32;
    private readonly SafeFileHandle _file;
    private readonly SafeFileHandle _stop;
    private ulong? _next;

    private KernelLog(SafeFileHandle file, SafeFileHandle stop) => (_file, _stop) = (file, stop);

    /// <summary>Whether this process may read the log.</summary>
    public static bool CanFollow()
    {
        using SafeFileHandle file = Libc.open(Device, Libc.O_RDONLY | Libc.O_NONBLOCK | Libc.O_CLOEXEC);
        return !file.IsInvalid;
    }

    /// <summary>Begins after what is in the log now.</summary>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static KernelLog Follow()
    {
        const int end = 2;
        SafeFileHandle file = Libc.open(Device, Libc.O_RDONLY | Libc.O_NONBLOCK | Libc.O_CLOEXEC);
        if (file.IsInvalid)
            throw Failed("open");
        var log = new KernelLog(file, Libc.eventfd(0, Libc.O_CLOEXEC));
        if (!log._stop.IsInvalid && Libc.lseek(file, 0, end) >= 0)
            return log;
        IOException failed = Failed("follow");
        log.Dispose();
        throw failed;
    }

    /// <summary>Waits for the next record.</summary>
    /// <param name="buffer">Room for <see cref="MaxRecordBytes"/>.</param>
    /// <param name="length">Its bytes.</param>
    /// <param name="lost">Records before it that were overwritten unread.</param>
    /// <returns>False once it was told to stop.</returns>
    /// <exception cref="IOException">The kernel refuses.</exception>
    public bool TryRead(Span<byte> buffer, out int length, out ulong lost)
    {
        lost = 0;
        length = 0;
        while (Wait())
        {
            fixed (byte* pointer = buffer)
                length = (int)Libc.read(_file, pointer, (nuint)buffer.Length);
            if (length >= 0)
            {
                lost = Skipped(buffer[..length]);
                return true;
            }
            if (Marshal.GetLastPInvokeError() is not (Interrupted or Again or BrokenPipe))
                throw Failed("read");
        }
        length = 0;
        return false;
    }

    /// <summary>Ends the wait of another thread, now or when it begins.</summary>
    public void Stop()
    {
        ulong one = 1;
        _ = Libc.write(_stop, &one, sizeof(ulong));
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _file.Dispose();
        _stop.Dispose();
    }

    private bool Wait()
    {
        Libc.PollDescriptor* waits = stackalloc Libc.PollDescriptor[2];
        waits[0] = new Libc.PollDescriptor { Fd = (int)_stop.DangerousGetHandle(), Events = Libc.POLLIN };
        waits[1] = new Libc.PollDescriptor { Fd = (int)_file.DangerousGetHandle(), Events = Libc.POLLIN };
        while (Libc.poll(waits, 2, -1) < 0)
            if (Marshal.GetLastPInvokeError() != Interrupted)
                throw Failed("wait for");
        return waits[0].Returned == 0;
    }

    private ulong Skipped(ReadOnlySpan<byte> bytes)
    {
        if (!KernelLogRecord.TryParse(bytes, out KernelLogRecord record))
            return 0;
        ulong lost = _next is { } next && record.Sequence > next ? record.Sequence - next : 0;
        _next = record.Sequence + 1;
        return lost;
    }

    private static IOException Failed(string operation) => new($"cannot {operation} {Device}: {Errno.Describe(Marshal.GetLastPInvokeError())}");
}
