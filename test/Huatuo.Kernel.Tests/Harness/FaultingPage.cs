using System.Runtime.InteropServices;

namespace Huatuo.Kernel.Tests.Harness;

/// <summary>
/// A page of memory that is not there: whoever touches it, also the kernel on behalf of a system call, waits until it is
/// supplied (userfaultfd).
/// </summary>
internal sealed unsafe class FaultingPage : IDisposable
{
    private const int Bytes = 4096;
    private const ulong Features = 0xaa;
    private const nuint UffdioApi = 0xc018_aa3f, UffdioRegister = 0xc020_aa00, UffdioZeropage = 0xc020_aa04;
    private const ulong Missing = 1;
    private const int ReadWrite = 3, PrivateAnonymous = 0x22;
    private readonly int _fd;
    private readonly byte* _page;

    internal FaultingPage()
    {
        nint userfaultfd = RuntimeInformation.ProcessArchitecture == Architecture.X64 ? 323 : 282;
        _fd = Native.Check((int)Native.syscall(userfaultfd, Native.O_CLOEXEC, 0, 0), "userfaultfd");
        _page = (byte*)Native.mmap(null, Bytes, ReadWrite, PrivateAnonymous, -1, 0);
        ulong* api = stackalloc ulong[3] { Features, 0, 0 };
        Native.Check(Native.ioctl(_fd, UffdioApi, api), "UFFDIO_API");
        ulong* register = stackalloc ulong[4] { (ulong)_page, Bytes, Missing, 0 };
        Native.Check(Native.ioctl(_fd, UffdioRegister, register), "UFFDIO_REGISTER");
    }

    /// <summary>Receives one byte into the page, which waits.</summary>
    internal int Receive(int socket) => Native.Check((int)Native.recv(socket, _page, 1, 0), "receive");

    /// <summary>Writes one byte of the page into a file, which waits and holds what it takes to write there.</summary>
    internal int Write(int file) => Native.Check((int)Native.write(file, _page, 1), "write");

    /// <summary>Returns when somebody waits for the page.</summary>
    internal void AwaitFault()
    {
        const int messageBytes = 32;
        byte* message = stackalloc byte[messageBytes];
        Native.Check((int)Native.read(_fd, message, messageBytes), "read the page fault");
    }

    /// <summary>Supplies a page of zeros.</summary>
    internal void Supply()
    {
        ulong* zeros = stackalloc ulong[4] { (ulong)_page, Bytes, 0, 0 };
        Native.Check(Native.ioctl(_fd, UffdioZeropage, zeros), "UFFDIO_ZEROPAGE");
    }

    public void Dispose()
    {
        // Closing alone lets those who wait go on.
        _ = Native.close(_fd);
        _ = Native.munmap(_page, Bytes);
    }
}
