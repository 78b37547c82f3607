using Huatuo.Linux.Interop;

namespace Huatuo.Linux.Clock;

/// <summary>The kernel's tick.</summary>
public static class SchedulerTick
{
    /// <summary>
    /// Time between two ticks in nanoseconds, 1 s / CONFIG_HZ: the resolution of the coarse clocks
    /// (kernel/time/posix-timers.c: posix_get_coarse_res).
    /// </summary>
    public static unsafe long PeriodNanoseconds()
    {
        Libc.Timespec resolution;
        // The clock exists on every kernel since 2.6.32, so the call cannot fail.
        _ = Libc.clock_getres(Libc.CLOCK_MONOTONIC_COARSE, &resolution);
        return resolution.Seconds * 1_000_000_000 + resolution.Nanoseconds;
    }
}
