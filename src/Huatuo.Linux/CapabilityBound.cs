using Huatuo.Linux.Interop;

namespace Huatuo.Linux;

/// <summary>Gives up capabilities for good, those that a program started later would get included.</summary>
/// <remarks>
/// Each thread has capabilities of its own, and hands them to those that it starts. So it is done on the first thread, before it has
/// started any; the few that the runtime has started before keep theirs, and run nothing but the runtime.
/// </remarks>
public static unsafe class CapabilityBound
{
    private const uint Version3 = 0x20080522;
    private const int Highest = 63;

    /// <summary>Leaves this thread, and those that it starts, some capabilities and no others.</summary>
    /// <param name="kept">Which are left.</param>
    public static void Tighten(IEnumerable<Capability> kept)
    {
        if (!Capabilities.TryRead(out Capabilities own))
            return;
        ulong left = own.Effective & kept.Aggregate(0UL, (bits, capability) => bits | 1UL << (int)capability);
        if (left == own.Effective)
            return;
        // What is in no bound and cannot be dropped from it is refused, and nothing is lost by that.
        for (int bit = 0; bit <= Highest; bit++)
            if ((left >> bit & 1) == 0)
                _ = Libc.prctl(Libc.PR_CAPBSET_DROP, (nuint)bit, 0, 0, 0);
        uint* header = stackalloc uint[] { Version3, 0 };
        // Effective, permitted and inheritable, the lower halves first.
        uint* sets = stackalloc uint[] { (uint)left, (uint)left, 0, (uint)(left >> 32), (uint)(left >> 32), 0 };
        _ = Libc.capset(header, sets);
    }
}
