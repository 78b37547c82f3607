using System.Globalization;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Huatuo.Profiling.Symbols;

/// <summary>
/// Opens files that a process chose, for reading: nothing there may hold up the caller, and no link leads out of the
/// process's own root (<c>openat2</c>, 5.6). What a path leads to is looked at before it is opened, as to open a device may be to use it.
/// </summary>
internal static unsafe partial class RootedFile
{
    private const int O_NOCTTY = 0x100, O_NONBLOCK = 0x800, O_CLOEXEC = 0x80000, O_PATH = 0x200000;
    private const ulong RESOLVE_NO_MAGICLINKS = 2, RESOLVE_IN_ROOT = 0x10;
    private const nint SYS_openat2 = 437;
    private const int AT_FDCWD = -100;

    /// <summary>Opens a file as a process sees it.</summary>
    /// <param name="root">The process's root, such as <c>/proc/1/root</c>.</param>
    /// <param name="path">The path in it.</param>
    /// <returns>Null when there is no such file, or it is none that can be read.</returns>
    internal static FileBytes? Open(string root, string path)
    {
        using SafeFileHandle place = Place(root, path);
        return Bytes(place, owner: null);
    }

    /// <summary>The same, of a file that belongs to a user or to root: others may have made it to deceive.</summary>
    /// <param name="root">The process's root.</param>
    /// <param name="path">The path in it.</param>
    /// <param name="user">The user's number in the first user namespace.</param>
    internal static FileBytes? OpenOf(string root, string path, uint user)
    {
        using SafeFileHandle place = Place(root, path);
        return Bytes(place, user);
    }

    /// <summary>Opens what a link of proc stands for, such as <c>/proc/1/exe</c>: that very file, deleted or not.</summary>
    internal static FileBytes? OpenLink(string path)
    {
        using SafeFileHandle place = Open(AT_FDCWD, path, new OpenHow { Flags = O_PATH | O_CLOEXEC });
        return Bytes(place, owner: null);
    }

    private static SafeFileHandle Place(string root, string path)
    {
        using SafeFileHandle folder = Open(AT_FDCWD, root, new OpenHow { Flags = O_PATH | O_CLOEXEC });
        return folder.IsInvalid ? new SafeFileHandle(-1, ownsHandle: false) : Open((int)folder.DangerousGetHandle(), path.TrimStart('/'), new OpenHow
        {
            Flags = O_PATH | O_CLOEXEC,
            Resolve = RESOLVE_NO_MAGICLINKS | RESOLVE_IN_ROOT,
        });
    }

    private static SafeFileHandle Open(int folder, string path, OpenHow how)
    {
        fixed (byte* name = System.Text.Encoding.UTF8.GetBytes(path + '\0'))
            return new SafeFileHandle(syscall(SYS_openat2, folder, name, &how, sizeof(OpenHow)), ownsHandle: true);
    }

    private static FileBytes? Bytes(SafeFileHandle place, uint? owner)
    {
        if (place.IsInvalid || FileStatus.Of(place) is not { IsRegular: true } status || !(owner is null || status.Owner == owner || status.Owner == 0))
            return null;
        string link = string.Create(CultureInfo.InvariantCulture, $"/proc/self/fd/{place.DangerousGetHandle()}");
        SafeFileHandle file = Open(AT_FDCWD, link, new OpenHow { Flags = O_NOCTTY | O_NONBLOCK | O_CLOEXEC });
        try
        {
            if (!file.IsInvalid && RandomAccess.GetLength(file) is > 0 and long length)
                return new FileBytes(file, length, status.ChangedNs);
        }
        catch (Exception error) when (error is IOException or NotSupportedException or UnauthorizedAccessException)
        {
        }
        file.Dispose();
        return null;
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial nint syscall(nint number, nint folder, byte* path, OpenHow* how, nint size);

    private struct OpenHow
    {
        internal ulong Flags;
        internal ulong Mode;
        internal ulong Resolve;
    }
}
