using System.Runtime.InteropServices;
using Huatuo.Bpf.Interop;

namespace Huatuo.Bpf;

/// <summary>Owns a mapping: shared of a descriptor, or of memory of its own.</summary>
internal sealed unsafe class MappedMemory : SafeHandle
{
    private readonly nuint _length;

    private MappedMemory(nint address, nuint length)
        : base(-1, ownsHandle: true)
    {
        _length = length;
        SetHandle(address);
    }

    public override bool IsInvalid => handle == -1;

    internal byte* Pointer => (byte*)handle;

    /// <summary>Maps <paramref name="length"/> bytes of <paramref name="fd"/>.</summary>
    /// <exception cref="BpfException">mmap was refused.</exception>
    internal static MappedMemory Map(int fd, long offset, nuint length, bool writable, string what)
    {
        int protection = writable ? Libc.PROT_READ | Libc.PROT_WRITE : Libc.PROT_READ;
        nint address = Libc.mmap(null, length, protection, Libc.MAP_SHARED, fd, offset);
        if (address == -1)
            throw new BpfException("map", $"{length} bytes of the {what}", Marshal.GetLastPInvokeError());
        return new MappedMemory(address, length);
    }

    /// <summary>Maps <paramref name="length"/> bytes of zeroes; only pages that are written to take memory.</summary>
    /// <exception cref="BpfException">mmap was refused.</exception>
    internal static MappedMemory Anonymous(nuint length, string what)
    {
        nint address = Libc.mmap(null, length, Libc.PROT_READ | Libc.PROT_WRITE, Libc.MAP_PRIVATE | Libc.MAP_ANONYMOUS, -1, 0);
        if (address == -1)
            throw new BpfException("map", $"{length} bytes for the {what}", Marshal.GetLastPInvokeError());
        return new MappedMemory(address, length);
    }

    protected override bool ReleaseHandle() => Libc.munmap(handle, _length) == 0;
}
