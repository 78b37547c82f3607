using System.Runtime.InteropServices;

namespace Huatuo.Profiling.Continuous;

/// <summary>Lets a thread stand back: of a CPU that others want as well it gets a tenth, which is more than the budget, so that no samples are lost.</summary>
internal static partial class LowPriority
{
    private const int Process = 0, Low = 10;

    /// <summary>Of the calling thread: on Linux each has a niceness of its own (setpriority(2)).</summary>
    internal static void Take() => setpriority(Process, 0, Low);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int setpriority(int which, int who, int priority);
}
