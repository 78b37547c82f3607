using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Huatuo.Store.Tests.LocalFile;

/// <summary>A lease on a file: whoever opens it for writing is held up in open(2) until the lease is given back.</summary>
internal sealed partial class HeldOpen : IDisposable
{
    private const int F_SETSIG = 10;
    private const int F_SETLEASE = 1024;
    private const int F_WRLCK = 1;
    private const int F_UNLCK = 2;
    private const int SIGURG = 23; // ignored unless somebody asks for it

    private readonly SafeFileHandle _file;

    public HeldOpen(string path)
    {
        File.WriteAllText(path, "");
        _file = File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite);
        Assert.Equal(0, Fcntl(_file, F_SETSIG, SIGURG));
        Assert.Equal(0, Fcntl(_file, F_SETLEASE, F_WRLCK));
    }

    public void Dispose()
    {
        Assert.Equal(0, Fcntl(_file, F_SETLEASE, F_UNLCK));
        _file.Dispose();
    }

    [LibraryImport("libc", EntryPoint = "fcntl", SetLastError = true)]
    private static partial int Fcntl(SafeFileHandle file, int command, nint argument);
}
