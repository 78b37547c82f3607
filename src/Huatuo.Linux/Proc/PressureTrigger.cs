using System.Globalization;
using System.Text;
using Huatuo.Linux.Interop;
using Microsoft.Win32.SafeHandles;

namespace Huatuo.Linux.Proc;

/// <summary>A file of pressure that the kernel tells of by POLLPRI (Documentation/accounting/psi.rst, "Monitoring for pressure thresholds"; since 5.2).</summary>
internal sealed unsafe class PressureTrigger : IDisposable
{
    private const double Hundred = 100;
    private readonly string _path;
    private readonly long _thresholdUs;
    private long? _armedUs;

    private PressureTrigger(string path, SafeFileHandle file, long thresholdUs) => (_path, File, _thresholdUs) = (path, file, thresholdUs);

    /// <summary>What is polled.</summary>
    internal SafeFileHandle File { get; }

    /// <summary>Asks the kernel for it.</summary>
    /// <param name="path">Such as <c>/proc/pressure/cpu</c>.</param>
    /// <param name="percent">Of <see cref="PressurePoll.Window"/> in which some task must wait, above 0 on to 100.</param>
    /// <returns>Null when the kernel grants none.</returns>
    internal static PressureTrigger? TryOpen(string path, double percent)
    {
        // What has a length is a copy of the kernel's file, which would be overwritten.
        if (!System.IO.File.Exists(path) || new FileInfo(path).Length > 0)
            return null;
        SafeFileHandle file = Libc.open(path, Libc.O_RDWR | Libc.O_NONBLOCK | Libc.O_CLOEXEC);
        long windowUs = (long)PressurePoll.Window.TotalMicroseconds;
        var trigger = new PressureTrigger(path, file, (long)(windowUs * Math.Min(percent, Hundred) / Hundred));
        // Who lacks CAP_SYS_RESOURCE gets multiples of 2 s alone, since 6.4, and is told falsely at first.
        if (!file.IsInvalid && trigger.TryWrite(windowUs + 1))
            return trigger;
        trigger._armedUs = trigger.TotalUs();
        if (!file.IsInvalid && trigger.TryWrite(windowUs))
            return trigger;
        file.Dispose();
        return null;
    }

    /// <summary>
    /// Whether what the kernel tells is so. To who lacks CAP_SYS_RESOURCE it counts all pressure since the boot as that of the first moment in which a task
    /// waits (kernel/sched/psi.c: psi_trigger_create begins with the sum that is kept for others).
    /// </summary>
    internal bool IsTrue()
    {
        long? before = _armedUs;
        _armedUs = null;
        return before is null || TotalUs() - before >= _thresholdUs;
    }

    public void Dispose() => File.Dispose();

    /// <summary>Reads the sum of the first line: <c>some avg10=0.00 avg60=0.00 avg300=0.00 total=123</c>.</summary>
    internal static long? ParseTotalUs(ReadOnlySpan<char> content)
    {
        const string mark = "total=";
        ReadOnlySpan<char> line = content[..(content.IndexOf('\n') is >= 0 and int end ? end : content.Length)];
        int at = line.IndexOf(mark);
        return at >= 0 && long.TryParse(line[(at + mark.Length)..], NumberStyles.None, CultureInfo.InvariantCulture, out long total) ? total : null;
    }

    private long? TotalUs()
    {
        try
        {
            return ParseTotalUs(System.IO.File.ReadAllText(_path));
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private bool TryWrite(long windowUs)
    {
        byte[] wanted = Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"some {_thresholdUs} {windowUs}\0"));
        fixed (byte* pointer = wanted)
            return Libc.write(File, pointer, (nuint)wanted.Length) > 0;
    }
}
