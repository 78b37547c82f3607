using System.Runtime;
using System.Runtime.InteropServices;

namespace Huatuo.Agent.Runtime;

/// <summary>Gives back what only the start needed.</summary>
internal static partial class TrimMemory
{
    private const int TrimThreshold = -1;
    private const int MmapThreshold = -3;
    private const int LargeBytes = 128 * 1024;

    /// <summary>
    /// Fixes glibc's thresholds, which otherwise grow with the first large block that is freed: the kernel's types, some
    /// megabytes each time an object is loaded, then stay in the process for good.
    /// </summary>
    internal static void BeforeStart()
    {
        _ = mallopt(MmapThreshold, LargeBytes);
        _ = mallopt(TrimThreshold, LargeBytes);
    }

    /// <summary>One compacting collection, and libc's free memory to the kernel: libbpf parsed megabytes of types.</summary>
    internal static void AfterStart()
    {
        GCSettings.LargeObjectHeapCompactionMode = GCLargeObjectHeapCompactionMode.CompactOnce;
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        _ = malloc_trim(0);
    }

    [LibraryImport("libc")]
    private static partial int mallopt(int parameter, int value);

    [LibraryImport("libc")]
    private static partial int malloc_trim(nuint pad);
}
