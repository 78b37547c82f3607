using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Huatuo.AutoTracing.Tests;

/// <summary>Waits until somebody has read a file.</summary>
internal sealed partial class ClosedFile : IDisposable
{
    // include/uapi/linux/inotify.h
    private const uint CloseNoWrite = 0x10;
    private const int Cloexec = 0x80000;
    private readonly SafeFileHandle _events;

    internal ClosedFile(string path)
    {
        _events = new SafeFileHandle(inotify_init1(Cloexec), ownsHandle: true);
        Assert.True(inotify_add_watch((int)_events.DangerousGetHandle(), path, CloseNoWrite) > 0);
    }

    /// <summary>Completes when it was closed again.</summary>
    internal Task HappenedAsync() => Task.Run(() => Assert.True(RandomAccess.Read(_events, new byte[256], 0) > 0), TestContext.Current.CancellationToken).WaitAsync(TimeSpan.FromMinutes(1), TestContext.Current.CancellationToken);

    public void Dispose() => _events.Dispose();

    [LibraryImport("libc")]
    private static partial int inotify_init1(int flags);

    [LibraryImport("libc", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int inotify_add_watch(int events, string path, uint mask);
}
