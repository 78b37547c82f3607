using System.Runtime.InteropServices;
using Huatuo.Linux.Interop;

namespace Huatuo.Linux;

/// <summary>The calls that change what this thread may do.</summary>
internal interface ICapabilityCalls
{
    /// <summary>No program that is started later gets it.</summary>
    void DropFromBound(int bit);

    /// <summary>These and no others from now on, and none to be inherited.</summary>
    /// <returns>The errno, or 0.</returns>
    int Set(ulong effective);

    /// <summary>Sets what is set already.</summary>
    /// <returns>The errno, or 0.</returns>
    int SetAsTheyAre();
}

/// <inheritdoc/>
internal sealed unsafe class CapabilityCalls : ICapabilityCalls
{
    private const uint Version3 = 0x20080522;
    private const int Words = 6;

    /// <inheritdoc/>
    public void DropFromBound(int bit) => _ = Libc.prctl(Libc.PR_CAPBSET_DROP, (nuint)bit, 0, 0, 0);

    /// <inheritdoc/>
    public int Set(ulong effective)
    {
        uint* header = stackalloc uint[] { Version3, 0 };
        // Effective, permitted and inheritable, the lower halves first.
        uint* sets = stackalloc uint[Words] { (uint)effective, (uint)effective, 0, (uint)(effective >> 32), (uint)(effective >> 32), 0 };
        return Errno(Libc.capset(header, sets));
    }

    /// <inheritdoc/>
    public int SetAsTheyAre()
    {
        uint* header = stackalloc uint[] { Version3, 0 };
        uint* sets = stackalloc uint[Words];
        return Libc.capget(header, sets) != 0 ? Marshal.GetLastPInvokeError() : Errno(Libc.capset(header, sets));
    }

    private static int Errno(int result) => result == 0 ? 0 : Marshal.GetLastPInvokeError();
}
