using System.Runtime.InteropServices;
using Huatuo.Bpf.Interop;

namespace Huatuo.Bpf.Rings;

/// <summary>The perf event of one CPU that BPF output goes to, and its ring.</summary>
internal sealed unsafe class PerfRing : IDisposable
{
    private readonly FileHandle _fd;
    private readonly MappedMemory _memory;

    private PerfRing(FileHandle fd, MappedMemory memory)
    {
        _fd = fd;
        _memory = memory;
        Reader = new PerfRingReader(memory.Pointer);
    }

    internal PerfRingReader Reader { get; }

    internal int Fd => _fd.Fd;

    /// <summary>Opens and enables the ring of one online CPU.</summary>
    /// <param name="cpu">The CPU.</param>
    /// <param name="pages">Data pages, a power of two.</param>
    /// <param name="watermarkBytes">Wake-up after so many bytes, or 0 for each record.</param>
    /// <exception cref="BpfException">The kernel refuses; ENODEV when the CPU is offline.</exception>
    internal static PerfRing Open(int cpu, int pages, uint watermarkBytes)
    {
        var attributes = new PerfEventAttributes
        {
            Type = PerfEventAttributes.TypeSoftware,
            Config = PerfEventAttributes.BpfOutput,
            SamplePeriod = 1,
            SampleType = PerfEventAttributes.SampleRaw,
            Flags = watermarkBytes > 0 ? PerfEventAttributes.Watermark : 0,
            WakeupEvents = Math.Max(1, watermarkBytes),
        };
        FileHandle handle = attributes.Open(cpu, "perf ring");
        try
        {
            var memory = MappedMemory.Map(handle.Fd, 0, (nuint)((pages + 1L) * Environment.SystemPageSize), writable: true, "perf ring");
            if (Libc.ioctl(handle.Fd, Libc.PERF_EVENT_IOC_ENABLE, 0) == 0)
                return new PerfRing(handle, memory);
            int errno = Marshal.GetLastPInvokeError();
            memory.Dispose();
            throw new BpfException("enable the perf ring of", $"CPU {cpu}", errno);
        }
        catch
        {
            handle.Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        _memory.Dispose();
        _fd.Dispose();
    }
}
