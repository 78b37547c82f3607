using System.Runtime.InteropServices;

namespace Huatuo.Profiling.Sampling;

/// <summary>The CPU time of the calling thread: what waits for a CPU costs nobody anything.</summary>
internal static partial class ThreadTime
{
    private const int CLOCK_THREAD_CPUTIME_ID = 3;

    /// <summary>What it took since it began.</summary>
    internal static TimeSpan Taken => clock_gettime(CLOCK_THREAD_CPUTIME_ID, out Timespec now) == 0
        ? TimeSpan.FromSeconds(now.Seconds) + TimeSpan.FromTicks(now.Nanoseconds / 100)
        : TimeSpan.Zero;

    [LibraryImport("libc", SetLastError = true)]
    private static partial int clock_gettime(int clock, out Timespec time);

    private struct Timespec
    {
        internal long Seconds;
        internal long Nanoseconds;
    }
}
