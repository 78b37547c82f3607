using System.Runtime.InteropServices;
using Huatuo.Bpf.Interop;

namespace Huatuo.Bpf.Tests.Rings;

/// <summary>Memory with an unmapped page at either end, so that a step outside of it ends the test program. A tail of it can be mapped twice.</summary>
internal sealed unsafe class GuardedMemory : IDisposable
{
    private const int None = 0, Fixed = 0x10, Anonymous = 0x20, Private = 2;
    private readonly nint _reserved;
    private readonly nuint _reservedBytes;
    private readonly FileHandle _file;

    /// <param name="once">Bytes mapped once.</param>
    /// <param name="twice">Bytes behind them that are mapped twice in a row; 0 for none.</param>
    internal GuardedMemory(int once, int twice)
    {
        int page = Environment.SystemPageSize;
        bool x64 = RuntimeInformation.ProcessArchitecture == Architecture.X64;
        fixed (byte* name = "ring\0"u8)
            _file = new FileHandle((int)Libc.syscall(x64 ? 319 : 279, (nint)name, 1, 0, 0, 0));
        Assert.False(_file.IsInvalid);
        Assert.Equal(0, Libc.syscall(x64 ? 77 : 46, _file.Fd, once + twice, 0, 0, 0));
        _reservedBytes = (nuint)(once + 2 * twice + 2 * page);
        _reserved = Libc.mmap(null, _reservedBytes, None, Private | Anonymous, -1, 0);
        Assert.NotEqual(-1, _reserved);
        Start = (byte*)_reserved + page;
        Place(Start, once + twice, 0);
        if (twice > 0)
            Place(Start + once + twice, twice, once);
    }

    internal byte* Start { get; }

    public void Dispose()
    {
        _ = Libc.munmap(_reserved, _reservedBytes);
        _file.Dispose();
    }

    private void Place(byte* at, int length, int offset) => Assert.Equal(
        (nint)at, Libc.mmap(at, (nuint)length, Libc.PROT_READ | Libc.PROT_WRITE, Libc.MAP_SHARED | Fixed, _file.Fd, offset));
}
