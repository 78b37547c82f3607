using System.Numerics;
using System.Runtime.InteropServices;

namespace Huatuo.Linux;

/// <summary>Gives up capabilities for good, those that a program started later would get included.</summary>
/// <remarks>
/// Each thread has capabilities of its own, and hands them to those that it starts. So it is done on the first thread, before it has
/// started any; the few that the runtime has started before keep theirs, and run nothing but the runtime.
/// </remarks>
public static class CapabilityBound
{
    private const int Highest = 63;

    /// <summary>Leaves this thread, and those that it starts, some capabilities and no others.</summary>
    /// <param name="kept">Which are left.</param>
    /// <returns>Why others are left too, or null.</returns>
    public static string? Tighten(IEnumerable<Capability> kept) => Tighten(kept, new CapabilityCalls());

    /// <summary>Asks the kernel to leave this thread the capabilities that it has.</summary>
    /// <returns>Why <see cref="Tighten(IEnumerable{Capability})"/> would be refused, such as by a seccomp filter; null when it would not.</returns>
    public static string? Refusal() => Refusal(new CapabilityCalls());

    internal static string? Tighten(IEnumerable<Capability> kept, ICapabilityCalls calls, string procRoot = "/proc")
    {
        if (!Capabilities.TryRead(out Capabilities own, procRoot))
            return $"{procRoot}/self/status does not tell which capabilities there are; all are kept";
        ulong left = own.Effective & kept.Aggregate(0UL, (bits, capability) => bits | 1UL << (int)capability);
        if (left == own.Effective)
            return null;
        // What is in no bound and cannot be dropped from it is refused, and nothing is lost by that.
        for (int bit = 0; bit <= Highest; bit++)
            if ((left >> bit & 1) == 0)
                calls.DropFromBound(bit);
        return calls.Set(left) is not 0 and int errno
            ? $"capset: {Marshal.GetPInvokeErrorMessage(errno)}; {BitOperations.PopCount(own.Effective & ~left)} capabilities that are not used are kept"
            : null;
    }

    internal static string? Refusal(ICapabilityCalls calls) =>
        calls.SetAsTheyAre() is not 0 and int errno ? $"capset: {Marshal.GetPInvokeErrorMessage(errno)}" : null;
}
