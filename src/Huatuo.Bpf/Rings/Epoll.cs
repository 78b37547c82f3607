using System.Runtime.InteropServices;
using Huatuo.Bpf.Interop;

namespace Huatuo.Bpf.Rings;

/// <summary>Waits until one of many descriptors is readable.</summary>
internal sealed unsafe class Epoll : IDisposable
{
    private const int MaxEvents = 16;
    private readonly FileHandle _fd;

    internal Epoll()
    {
        int fd = Libc.epoll_create1(Libc.EPOLL_CLOEXEC);
        _fd = fd >= 0 ? new FileHandle(fd) : throw new BpfException("create", "epoll", Marshal.GetLastPInvokeError());
    }

    internal void Add(int fd)
    {
        // Nobody asks which descriptor it was: every ring is looked at, which costs less than telling them apart.
        var @event = new Libc.EpollEvent { Events = Libc.EPOLLIN };
        if (Libc.epoll_ctl(_fd.Fd, Libc.EPOLL_CTL_ADD, fd, &@event) != 0)
            throw new BpfException("add a ring to", "epoll", Marshal.GetLastPInvokeError());
    }

    internal void Remove(int fd) => _ = Libc.epoll_ctl(_fd.Fd, Libc.EPOLL_CTL_DEL, fd, null);

    /// <summary>Returns when a descriptor is readable, after the time-out, or on a signal.</summary>
    /// <param name="timeoutMs">-1 waits without end.</param>
    /// <returns>Whether something was readable.</returns>
    internal bool Wait(int timeoutMs)
    {
        // 12 bytes each on x86-64, 16 elsewhere.
        Libc.EpollEvent* events = stackalloc Libc.EpollEvent[MaxEvents];
        int count = Libc.epoll_wait(_fd.Fd, events, MaxEvents, timeoutMs);
        if (count < 0 && Marshal.GetLastPInvokeError() is not Libc.EINTR and int errno)
            throw new BpfException("wait on", "epoll", errno);
        return count > 0;
    }

    public void Dispose() => _fd.Dispose();
}
