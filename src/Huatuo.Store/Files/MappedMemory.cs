using System.ComponentModel;
using Microsoft.Win32.SafeHandles;

namespace Huatuo.Store.Files;

/// <summary>Anonymous memory outside the collected heap; a page costs nothing before it is touched.</summary>
internal sealed class MappedMemory : SafeHandleZeroOrMinusOneIsInvalid
{
    private readonly nuint _length;

    public MappedMemory(long length)
        : base(ownsHandle: true)
    {
        _length = (nuint)length;
        SetHandle(Libc.Map(0, _length, Libc.PROT_READ_WRITE, Libc.MAP_PRIVATE | Libc.MAP_ANONYMOUS | Libc.MAP_NORESERVE, -1, 0));
        if (IsInvalid)
            throw new Win32Exception();
        // A huge page would make one waiting document cost 2 MiB. Kernels without huge pages answer EINVAL.
        _ = Libc.Advise(handle, _length, Libc.MADV_NOHUGEPAGE);
    }

    /// <summary>The first byte.</summary>
    public nint Address => handle;

    /// <summary>Gives the pages of a range back to the system; they read as zero when touched again.</summary>
    public void Release(long offset, long length) =>
        _ = Libc.Advise(handle + (nint)offset, (nuint)length, Libc.MADV_DONTNEED);

    protected override bool ReleaseHandle() => Libc.Unmap(handle, _length) == 0;
}
