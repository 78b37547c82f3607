using System.Runtime.InteropServices;
using Huatuo.Bpf.Interop;

namespace Huatuo.Bpf.Rings;

/// <summary>An eventfd, to end another thread's wait.</summary>
internal sealed unsafe class WakeEvent : IDisposable
{
    private readonly FileHandle _fd;

    internal WakeEvent()
    {
        int fd = Libc.eventfd(0, Libc.EFD_CLOEXEC | Libc.EFD_NONBLOCK);
        _fd = fd >= 0 ? new FileHandle(fd) : throw new BpfException("create", "eventfd", Marshal.GetLastPInvokeError());
    }

    internal int Fd => _fd.Fd;

    internal void Set()
    {
        ulong one = 1;
        _ = Libc.write(_fd.Fd, &one, sizeof(ulong));
    }

    /// <summary>Returns when it is set, after the time-out, or on a signal.</summary>
    /// <returns>Whether it came back before the time-out.</returns>
    internal bool Wait(int timeoutMs)
    {
        var poll = new Libc.PollDescriptor { Fd = _fd.Fd, Events = Libc.POLLIN };
        return Libc.poll(&poll, 1, timeoutMs) != 0;
    }

    internal void Reset()
    {
        ulong value;
        _ = Libc.read(_fd.Fd, &value, sizeof(ulong));
    }

    public void Dispose() => _fd.Dispose();
}
