using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Huatuo.Linux.Interop;

/// <summary>The few calls that .NET does not offer. Constants hold on x86-64 and arm64.</summary>
internal static unsafe partial class Libc
{
    internal const int CLOCK_REALTIME = 0;
    internal const int CLOCK_MONOTONIC = 1;
    internal const int O_RDONLY = 0;
    internal const int O_RDWR = 2;
    internal const int O_NONBLOCK = 0x800;
    internal const int O_CLOEXEC = 0x80000;
    internal const int O_PATH = 0x200000;
    internal const byte DT_DIR = 4;
    internal const int _SC_CLK_TCK = 2;
    internal const int AF_NETLINK = 16;
    internal const int SOCK_RAW = 3;
    internal const int SOCK_CLOEXEC = 0x80000;
    internal const int NETLINK_ROUTE = 0;
    internal const uint RTMGRP_LINK = 1;
    internal const nuint SIOCETHTOOL = 0x8946;
    internal const int IFNAMSIZ = 16;
    internal const int CLOCK_MONOTONIC_COARSE = 6;
    internal const short POLLIN = 1;
    internal const int PR_CAPBSET_DROP = 24;
    internal const short POLLPRI = 2;

    /// <summary><c>include/linux/exportfs.h</c>, since 5.5: the handle is one 64-bit kernfs id.</summary>
    internal const int FILEID_KERNFS = 0xfe;

    [LibraryImport("libc")]
    [SuppressGCTransition]
    internal static partial int clock_gettime(int clock, Timespec* time);

    [LibraryImport("libc")]
    internal static partial int clock_getres(int clock, Timespec* resolution);

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial SafeFileHandle open(string path, int flags);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial SafeFileHandle open_by_handle_at(SafeFileHandle mount, KernfsHandle* handle, int flags);

    [LibraryImport("libc", SetLastError = true)]
    private static partial nint readlink(byte* path, byte* buffer, nuint size);

    [LibraryImport("libc")]
    internal static partial long sysconf(int name);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial int socket(int family, int type, int protocol);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial int bind(SafeHandle socket, NetlinkAddress* address, int length);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial int ioctl(SafeHandle file, nuint request, DeviceRequest* argument);

    [LibraryImport("libc")]
    internal static partial int prctl(int option, nuint argument2, nuint argument3, nuint argument4, nuint argument5);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial int capget(uint* header, uint* sets);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial int capset(uint* header, uint* sets);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial long lseek(SafeFileHandle file, long offset, int whence);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial nint read(SafeFileHandle file, void* buffer, nuint count);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial nint getdents64(SafeFileHandle directory, byte* buffer, nuint size);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial nint write(SafeFileHandle file, void* buffer, nuint count);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial SafeFileHandle eventfd(uint initial, int flags);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial int poll(PollDescriptor* descriptors, nuint count, int timeoutMs);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial SafeFileHandle epoll_create1(int flags);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial int epoll_ctl(SafeFileHandle epoll, int operation, SafeFileHandle file, byte* @event);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial int epoll_wait(SafeFileHandle epoll, byte* events, int count, int timeoutMs);

    [LibraryImport("libc", StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int statvfs(string path, FileSystemStatus* status);

    /// <summary>Reads the target of a symbolic link.</summary>
    /// <param name="path">The link's path with a terminating zero.</param>
    /// <param name="target">Receives the target; a longer one is cut.</param>
    /// <returns>Bytes written, or -1 with the errno set.</returns>
    internal static int ReadLink(ReadOnlySpan<byte> path, Span<byte> target)
    {
        fixed (byte* source = path)
        fixed (byte* buffer = target)
            return (int)readlink(source, buffer, (nuint)target.Length);
    }

    internal struct PollDescriptor
    {
        internal int Fd;
        internal short Events;
        internal short Returned;
    }

    /// <summary><c>struct statvfs</c> of 64-bit glibc and musl.</summary>
    internal struct FileSystemStatus
    {
        internal ulong BlockBytes;
        internal ulong FragmentBytes;
        internal ulong Blocks;
        internal ulong BlocksFree;
        internal ulong BlocksAvailable;
        internal ulong Files;
        internal ulong FilesFree;
        internal ulong FilesAvailable;
        internal ulong Id;
        internal ulong Flags;
        internal ulong LongestName;
        internal fixed uint Rest[8];
    }

    internal struct Timespec
    {
        internal long Seconds;
        internal long Nanoseconds;
    }

    /// <summary><c>struct file_handle</c> with the payload of <see cref="FILEID_KERNFS"/>.</summary>
    [StructLayout(LayoutKind.Sequential, Pack = 4)]
    internal struct KernfsHandle(ulong id)
    {
        internal uint Bytes = sizeof(ulong);
        internal int Type = FILEID_KERNFS;
        internal ulong Id = id;
    }

    /// <summary><c>struct sockaddr_nl</c>.</summary>
    internal struct NetlinkAddress(uint groups)
    {
        internal ushort Family = AF_NETLINK;
        internal ushort Padding;
        internal uint Port;
        internal uint Groups = groups;
    }

    /// <summary><c>struct ifreq</c> with a pointer.</summary>
    internal struct DeviceRequest
    {
        internal fixed byte Name[IFNAMSIZ];
        internal void* Data;
        internal fixed byte Rest[16];
    }
}
