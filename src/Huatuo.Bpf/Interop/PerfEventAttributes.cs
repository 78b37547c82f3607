using System.Runtime.InteropServices;

namespace Huatuo.Bpf.Interop;

/// <summary>struct perf_event_attr, version 0 (include/uapi/linux/perf_event.h).</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct PerfEventAttributes
{
    internal const uint TypeHardware = 0, TypeSoftware = 1;
    internal const ulong CpuCycles = 0, CpuClock = 0;
    internal const ulong BpfOutput = 10;
    internal const ulong SampleRaw = 1 << 10;
    internal const ulong Disabled = 1;
    internal const ulong Frequency = 1 << 10;
    internal const ulong Watermark = 1 << 14;

    public uint Type;
    public uint Size;
    public ulong Config;
    public ulong SamplePeriod;
    public ulong SampleType;
    public ulong ReadFormat;
    public ulong Flags;
    public uint WakeupEvents;
    public uint BreakpointType;
    public ulong Config1;

    /// <summary>A timer, not started.</summary>
    internal static PerfEventAttributes OfClock => new() { Type = TypeSoftware, Config = CpuClock, Flags = Disabled };

    /// <summary>The counter of a CPU's cycles, not started.</summary>
    internal static PerfEventAttributes OfCycles => new() { Type = TypeHardware, Config = CpuCycles, Flags = Disabled };

    /// <summary>Opens the event on one CPU, whatever runs there.</summary>
    /// <param name="cpu">The CPU.</param>
    /// <param name="what">For the error: what was to be opened.</param>
    /// <exception cref="BpfException">The kernel refuses; ENODEV when the CPU is offline.</exception>
    internal unsafe FileHandle Open(int cpu, string what)
    {
        PerfEventAttributes attributes = this;
        attributes.Size = (uint)sizeof(PerfEventAttributes);
        nint fd = Libc.syscall(Libc.PerfEventOpenNumber, (nint)(&attributes), -1, cpu, -1, Libc.PERF_FLAG_FD_CLOEXEC);
        return fd >= 0 ? new FileHandle((int)fd) : throw new BpfException("open", $"the {what} of CPU {cpu}", Marshal.GetLastPInvokeError());
    }
}
