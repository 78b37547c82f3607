using System.Runtime.InteropServices;
using Huatuo.Bpf.Interop;

namespace Huatuo.Bpf.PerfEvents;

/// <summary>
/// A timer of one CPU that runs a program of type <c>perf_event</c> in its interrupt, again and again, from now until it is
/// disposed. To open and to dispose it interrupts that CPU and waits for it: one that takes no interrupts holds up the caller.
/// </summary>
public sealed class CpuClockEvent : IDisposable
{
    private readonly FileHandle _fd;

    private CpuClockEvent(FileHandle fd) => _fd = fd;

    /// <summary>Starts it.</summary>
    /// <param name="cpu">The CPU, online.</param>
    /// <param name="period">Time between two runs; the kernel makes it 10 us at least (kernel/events/core.c: perf_swevent_start_hrtimer).</param>
    /// <param name="program">A loaded program.</param>
    /// <exception cref="BpfException">The kernel refuses; ENODEV when the CPU is offline.</exception>
    public static CpuClockEvent Start(int cpu, TimeSpan period, BpfProgram program)
    {
        var attributes = new PerfEventAttributes
        {
            Type = PerfEventAttributes.TypeSoftware,
            Config = PerfEventAttributes.CpuClock,
            SamplePeriod = (ulong)period.Ticks * 100,
            Flags = PerfEventAttributes.Disabled,
        };
        FileHandle fd = attributes.Open(cpu, "CPU clock");
        if (Libc.ioctl(fd.Fd, Libc.PERF_EVENT_IOC_SET_BPF, program.Fd) == 0 && Libc.ioctl(fd.Fd, Libc.PERF_EVENT_IOC_ENABLE, 0) == 0)
            return new CpuClockEvent(fd);
        int errno = Marshal.GetLastPInvokeError();
        fd.Dispose();
        throw new BpfException("start", $"the CPU clock of CPU {cpu}", errno);
    }

    /// <inheritdoc/>
    public void Dispose() => _fd.Dispose();
}
