using System.Runtime.InteropServices;
using Huatuo.Bpf.Interop;

namespace Huatuo.Bpf.PerfEvents;

/// <summary>
/// What runs a program of type <c>perf_event</c> on one CPU, in an interrupt there, again and again, from now until it is
/// disposed. To open and to dispose it interrupts that CPU and waits for it: one that takes no interrupts holds up the caller.
/// </summary>
public sealed class CpuSampler : IDisposable
{
    private readonly FileHandle _fd;

    private CpuSampler(FileHandle fd) => _fd = fd;

    /// <summary>Starts a timer.</summary>
    /// <param name="cpu">The CPU, online.</param>
    /// <param name="period">Time between two runs; the kernel makes it 10 us at least (kernel/events/core.c: perf_swevent_start_hrtimer).</param>
    /// <param name="program">A loaded program.</param>
    /// <exception cref="BpfException">The kernel refuses; ENODEV when the CPU is offline.</exception>
    public static CpuSampler StartClock(int cpu, TimeSpan period, BpfProgram program)
    {
        PerfEventAttributes attributes = PerfEventAttributes.OfClock;
        attributes.SamplePeriod = (ulong)period.Ticks * 100;
        return Start(attributes, cpu, "CPU clock", program);
    }

    /// <summary>Starts the counter of cycles that the CPU runs, which stands still where it is idle.</summary>
    /// <param name="cpu">The CPU, online.</param>
    /// <param name="frequency">Runs a second, about: the kernel makes the cycles between two of them more and fewer, and tells each time how many they were.</param>
    /// <param name="program">A loaded program.</param>
    /// <exception cref="BpfException">The kernel refuses; ENOENT or EOPNOTSUPP where there is no such counter, ENODEV when the CPU is offline.</exception>
    public static CpuSampler StartCycles(int cpu, int frequency, BpfProgram program)
    {
        PerfEventAttributes attributes = PerfEventAttributes.OfCycles;
        attributes.SamplePeriod = (ulong)frequency;
        attributes.Flags |= PerfEventAttributes.Frequency;
        return Start(attributes, cpu, "counter of cycles", program);
    }

    /// <inheritdoc/>
    public void Dispose() => _fd.Dispose();

    private static CpuSampler Start(PerfEventAttributes attributes, int cpu, string what, BpfProgram program)
    {
        FileHandle fd = attributes.Open(cpu, what);
        if (Libc.ioctl(fd.Fd, Libc.PERF_EVENT_IOC_SET_BPF, program.Fd) == 0 && Libc.ioctl(fd.Fd, Libc.PERF_EVENT_IOC_ENABLE, 0) == 0)
            return new CpuSampler(fd);
        int errno = Marshal.GetLastPInvokeError();
        fd.Dispose();
        throw new BpfException("start", $"the {what} of CPU {cpu}", errno);
    }
}
