using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace Huatuo.Bench.Native;

/// <summary>The system calls that measuring takes.</summary>
internal static unsafe partial class Libc
{
    internal const int CLONE_NEWNET = 0x40000000;
    internal const int O_CLOEXEC = 0x80000;
    internal const uint IN_MODIFY = 2;
    internal const int SIGTERM = 15;
    private const int AF_INET = 2;
    private const int SOCK_STREAM = 1;
    internal const short POLLIN = 1;

    /// <summary>Past the page cache: include/uapi/asm-generic/fcntl.h, arch/arm64/include/uapi/asm/fcntl.h.</summary>
    internal static int O_DIRECT => RuntimeInformation.ProcessArchitecture == Architecture.X64 ? 0x4000 : 0x10000;

    [LibraryImport("libc", SetLastError = true)]
    internal static partial int sched_setaffinity(int tid, nuint bytes, ulong* mask);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial int sched_getaffinity(int tid, nuint bytes, ulong* mask);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial int unshare(int flags);

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int open(string path, int flags);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial int close(int fd);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial nint read(int fd, void* buffer, nuint bytes);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial int inotify_init1(int flags);

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int inotify_add_watch(int fd, string path, uint mask);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial int kill(int pid, int signal);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial int poll(PollDescriptor* descriptors, nuint count, int timeoutMs);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial int clock_gettime(int clock, Timespec* time);

    [LibraryImport("libc")]
    internal static partial int clock_nanosleep(int clock, int flags, Timespec* time, Timespec* rest);

    /// <summary>Whether somebody listens on a port of 127.0.0.1.</summary>
    internal static bool CanConnect(int port)
    {
        int socket = Libc.socket(AF_INET, SOCK_STREAM | O_CLOEXEC, 0);
        ulong address = AF_INET | (ulong)BinaryPrimitives.ReverseEndianness((ushort)port) << 16 | 0x0100007fUL << 32;
        ulong* parts = stackalloc ulong[2] { address, 0 };
        bool listens = connect(socket, parts, 2 * sizeof(ulong)) == 0;
        _ = close(socket);
        return listens;
    }

    /// <summary>Attaches a program to a tracepoint by name; the descriptor keeps it there.</summary>
    internal static int OpenRawTracepoint(byte* name, int program)
    {
        const int RawTracepointOpen = 17;
        int bpf = RuntimeInformation.ProcessArchitecture == Architecture.X64 ? 321 : 280;
        ulong* attributes = stackalloc ulong[2] { (ulong)name, (uint)program };
        return (int)syscall(bpf, RawTracepointOpen, attributes, 2 * sizeof(ulong));
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial nint syscall(nint number, nint command, void* attributes, nint bytes);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int socket(int domain, int type, int protocol);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int connect(int socket, void* address, uint bytes);

    [StructLayout(LayoutKind.Sequential)]
    internal struct Timespec
    {
        public long Seconds;
        public long Nanoseconds;
    }

    [StructLayout(LayoutKind.Sequential)]
    internal struct PollDescriptor
    {
        public int Fd;
        public short Events;
        public short Revents;
    }
}
