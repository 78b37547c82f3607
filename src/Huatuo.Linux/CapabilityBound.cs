using System.Runtime.InteropServices;
using Huatuo.Linux.Interop;

namespace Huatuo.Linux;

/// <summary>Gives up capabilities for good, those that a program started later would get included.</summary>
/// <remarks>
/// Each thread has capabilities of its own, and a managed program has several before its first line runs. So the bound of the
/// calling thread is narrowed (<c>PR_CAPBSET_DROP</c>) and the program started anew in its place, with the same process number,
/// arguments, environment and open files: the kernel then gives all of it what is within the bound (<c>security/commoncap.c</c>).
/// </remarks>
public static unsafe class CapabilityBound
{
    private const int Highest = 63;

    /// <summary>Leaves some capabilities and no others. Does not return when there are others that can be given up.</summary>
    /// <param name="kept">Which are left.</param>
    public static void Tighten(IEnumerable<Capability> kept)
    {
        if (!Capabilities.TryRead(out Capabilities own))
            return;
        ulong others = own.Effective & ~kept.Aggregate(0UL, (bits, capability) => bits | 1UL << (int)capability);
        // Only who may change bounds can; a part of it would be no better.
        if (others == 0 || !own.Has(Capability.CAP_SETPCAP))
            return;
        for (int bit = 0; bit <= Highest; bit++)
            if ((others >> bit & 1) != 0 && Libc.prctl(Libc.PR_CAPBSET_DROP, (nuint)bit, 0, 0, 0) != 0)
                return;
        StartAnew();
    }

    private static void StartAnew()
    {
        byte[] arguments = File.ReadAllBytes("/proc/self/cmdline");
        byte[] environment = File.ReadAllBytes("/proc/self/environ");
        fixed (byte* arguments0 = arguments, environment0 = environment, program = "/proc/self/exe"u8)
        {
            void** argv = Pointers(arguments0, arguments);
            void** envp = Pointers(environment0, environment);
            // When it fails, the program goes on with what it has.
            _ = Libc.execve(program, argv, envp);
            NativeMemory.Free(argv);
            NativeMemory.Free(envp);
        }
    }

    // Each text ends with a zero, as the kernel has written them.
    private static void** Pointers(byte* start, ReadOnlySpan<byte> texts)
    {
        void** pointers = (void**)NativeMemory.AllocZeroed((nuint)texts.Count((byte)0) + 1, (nuint)sizeof(void*));
        int count = 0;
        for (int at = 0; at < texts.Length && texts[at..].IndexOf((byte)0) is var length and >= 0; at += length + 1)
            pointers[count++] = start + at;
        return pointers;
    }
}
