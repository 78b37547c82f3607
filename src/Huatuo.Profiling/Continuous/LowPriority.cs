using System.Runtime.InteropServices;

namespace Huatuo.Profiling.Continuous;

/// <summary>Lets a thread run when nobody else wants to.</summary>
internal static partial class LowPriority
{
    private const int Process = 0, Lowest = 19;

    /// <summary>Of the calling thread: on Linux each has a niceness of its own (setpriority(2)).</summary>
    internal static void Take() => setpriority(Process, 0, Lowest);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int setpriority(int which, int who, int priority);
}
