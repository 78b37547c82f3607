using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using Huatuo.Linux.Interop;
using Microsoft.Win32.SafeHandles;

namespace Huatuo.Linux.Proc;

/// <summary>
/// Told by the kernel when tasks waited for a resource (Documentation/accounting/psi.rst, "Monitoring for pressure thresholds"; since 5.2).
/// One thread waits; any may stop it.
/// </summary>
public sealed unsafe class PressureTriggers : IDisposable
{
    /// <summary>The time that shares are of. Multiples of 2 s are granted also to who lacks CAP_SYS_RESOURCE (kernel/sched/psi.c: psi_trigger_create, since 6.4).</summary>
    public static readonly TimeSpan Window = TimeSpan.FromSeconds(2);

    private const int Interrupted = 4;
    private const double Hundred = 100;
    private readonly List<(string Resource, SafeFileHandle File)> _files = [];
    private readonly SafeFileHandle _stop = Libc.eventfd(0, Libc.O_CLOEXEC);

    private PressureTriggers()
    {
    }

    /// <summary>The resources that the kernel tells of.</summary>
    public IEnumerable<string> Resources => _files.Select(file => file.Resource);

    /// <summary>Asks the kernel for it.</summary>
    /// <param name="procRoot">Where proc is mounted.</param>
    /// <param name="levels">Resources (<c>cpu, memory, io</c>), and the percent of <see cref="Window"/> in which some task must wait, from 0 on to 100; 0 for never.</param>
    /// <returns>Null when the kernel grants none.</returns>
    public static PressureTriggers? TryOpen(string procRoot, IEnumerable<(string Resource, double Percent)> levels)
    {
        var triggers = new PressureTriggers();
        foreach ((string resource, double percent) in levels)
            if (percent > 0 && TryOpen(Path.Combine(procRoot, "pressure", resource), percent) is { } file)
                triggers._files.Add((resource, file));
        if (triggers._files.Count > 0 && !triggers._stop.IsInvalid)
            return triggers;
        triggers.Dispose();
        return null;
    }

    /// <summary>Waits until the kernel tells of some.</summary>
    /// <param name="told">Receives them, each at most once in a window.</param>
    /// <returns>False once it was told to stop, or the kernel tells no more.</returns>
    public bool Wait(ICollection<string> told)
    {
        Libc.PollDescriptor* waits = stackalloc Libc.PollDescriptor[_files.Count + 1];
        while (_files.Count > 0)
        {
            waits[0] = new Libc.PollDescriptor { Fd = (int)_stop.DangerousGetHandle(), Events = Libc.POLLIN };
            for (int i = 0; i < _files.Count; i++)
                waits[i + 1] = new Libc.PollDescriptor { Fd = (int)_files[i].File.DangerousGetHandle(), Events = Libc.POLLPRI };
            if (Libc.poll(waits, (nuint)_files.Count + 1, -1) < 0)
            {
                if (Marshal.GetLastPInvokeError() == Interrupted)
                    continue;
                return false;
            }
            if (waits[0].Returned != 0)
                return false;
            for (int i = _files.Count - 1; i >= 0; i--)
            {
                if (waits[i + 1].Returned == Libc.POLLPRI)
                    told.Add(_files[i].Resource);
                else if (waits[i + 1].Returned != 0)
                    Close(i);
            }
            if (told.Count > 0)
                return true;
        }
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
        for (int i = _files.Count - 1; i >= 0; i--)
            Close(i);
        _stop.Dispose();
    }

    /// <summary>A trigger of one file; null when the kernel grants none.</summary>
    internal static SafeFileHandle? TryOpen(string path, double percent)
    {
        // What has a length is a copy of the kernel's file, which would be overwritten.
        if (!File.Exists(path) || new FileInfo(path).Length > 0)
            return null;
        SafeFileHandle file = Libc.open(path, Libc.O_RDWR | Libc.O_NONBLOCK | Libc.O_CLOEXEC);
        byte[] wanted = Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"some {(long)(Window.TotalMicroseconds * Math.Min(percent, Hundred) / Hundred)} {(long)Window.TotalMicroseconds}\0"));
        fixed (byte* pointer = wanted)
            if (!file.IsInvalid && Libc.write(file, pointer, (nuint)wanted.Length) > 0)
                return file;
        file.Dispose();
        return null;
    }

    private void Close(int at)
    {
        _files[at].File.Dispose();
        _files.RemoveAt(at);
    }
}
