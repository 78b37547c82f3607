using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using Huatuo.Linux.Interop;
using Microsoft.Win32.SafeHandles;

namespace Huatuo.Linux.Proc;

/// <summary>
/// Told by the kernel of pressure on any number of files that come and go, the machine's and those of cgroups (<c>cgroup.c: pressure_write</c>, since
/// 5.2), by one epoll. One thread waits; others add, remove and stop.
/// </summary>
public sealed unsafe class PressurePoll : IPressurePoll
{
    /// <summary>The time that shares are of. Multiples of 2 s are granted also to who lacks CAP_SYS_RESOURCE (kernel/sched/psi.c: psi_trigger_create, since 6.4).</summary>
    public static readonly TimeSpan Window = TimeSpan.FromSeconds(2);

    private const int Interrupted = 4, MostEvents = 64, ClosersAtOnce = 32;
    private const uint Urgent = 2, Failed = 8, HungUp = 16;
    private const ulong StopKey = 0;
    private readonly ConcurrentDictionary<ulong, PressureTrigger> _files = [];
    private readonly SafeFileHandle _stop = Libc.eventfd(0, Libc.O_CLOEXEC);
    private readonly SafeFileHandle _epoll = Libc.epoll_create1(Libc.O_CLOEXEC);
    private ulong _lastKey = StopKey;

    /// <exception cref="IOException">There are no descriptors left.</exception>
    public PressurePoll()
    {
        if (!_stop.IsInvalid && !_epoll.IsInvalid && TryWatch(_stop, 1, StopKey))
            return;
        Dispose();
        throw new IOException("no epoll could be made");
    }

    // struct epoll_event is packed on x86-64 alone (include/uapi/linux/eventpoll.h).
    private static int EventBytes => RuntimeInformation.ProcessArchitecture == Architecture.X64 ? 12 : 16;

    /// <inheritdoc/>
    public ulong? Add(string path, double percent)
    {
        if (PressureTrigger.TryOpen(path, percent) is not { } trigger)
            return null;
        ulong key = Interlocked.Increment(ref _lastKey);
        _files[key] = trigger;
        if (TryWatch(trigger.File, Urgent, key))
            return key;
        Remove(key);
        return null;
    }

    /// <inheritdoc/>
    public void Remove(ulong key)
    {
        // Closed, it leaves the epoll by itself.
        if (_files.TryRemove(key, out PressureTrigger? trigger))
            trigger.Dispose();
    }

    /// <inheritdoc/>
    public bool Wait(ICollection<ulong> told)
    {
        int size = EventBytes;
        byte* events = stackalloc byte[MostEvents * size];
        while (told.Count == 0)
        {
            int count = Libc.epoll_wait(_epoll, events, MostEvents, -1);
            if (count < 0 && Marshal.GetLastPInvokeError() != Interrupted)
                return false;
            for (int i = 0; i < count; i++)
            {
                uint happened = *(uint*)(events + i * size);
                ulong key = BinaryPrimitives.ReadUInt64LittleEndian(new ReadOnlySpan<byte>(events + (i + 1) * size - sizeof(ulong), sizeof(ulong)));
                if (key == StopKey)
                    return false;
                // The cgroup was removed.
                if ((happened & (Failed | HungUp)) != 0)
                    Remove(key);
                else if (_files.TryGetValue(key, out PressureTrigger? trigger) && trigger.IsTrue())
                    told.Add(key);
            }
        }
        return true;
    }

    /// <inheritdoc/>
    public void Stop()
    {
        ulong one = 1;
        _ = Libc.write(_stop, &one, sizeof(ulong));
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        // For each one the kernel waits for a grace period (kernel/sched/psi.c: psi_trigger_destroy).
        Parallel.ForEach(_files.Keys, new ParallelOptions { MaxDegreeOfParallelism = ClosersAtOnce }, Remove);
        _epoll.Dispose();
        _stop.Dispose();
    }

    private bool TryWatch(SafeFileHandle file, uint events, ulong key)
    {
        int size = EventBytes;
        byte* @event = stackalloc byte[size];
        new Span<byte>(@event, size).Clear();
        *(uint*)@event = events;
        BinaryPrimitives.WriteUInt64LittleEndian(new Span<byte>(@event + size - sizeof(ulong), sizeof(ulong)), key);
        return Libc.epoll_ctl(_epoll, 1, file, @event) == 0;
    }
}
