using Huatuo.Linux.Clock;
using Huatuo.Linux.Kallsyms;

namespace Huatuo.Tracers.Scheduling.SchedTick;

/// <summary>The timer behind the tick.</summary>
/// <param name="Function">What it calls; 0 when the kernel does not tell.</param>
/// <param name="PeriodNs">Time between two ticks.</param>
internal readonly record struct TickTimer(ulong Function, ulong PeriodNs)
{
    // kernel/time/tick-sched.c. Until 6.8 the second is there too, but is not the timer's.
    private static readonly string[] s_functions = ["tick_sched_timer", "tick_nohz_handler"];

    /// <summary>Asks the running kernel.</summary>
    /// <param name="procRoot">Normally <c>/proc</c>.</param>
    internal static TickTimer Find(string procRoot)
    {
        IReadOnlyDictionary<string, ulong> found = TextSymbols.Find(s_functions, procRoot);
        return new TickTimer(s_functions.Select(found.GetValueOrDefault).FirstOrDefault(address => address != 0), (ulong)SchedulerTick.PeriodNanoseconds());
    }

    /// <summary>What an interval must exceed: ticks that come as they should, and a little late, are none.</summary>
    /// <param name="wanted">The configured threshold.</param>
    internal ulong ThresholdNs(TimeSpan wanted) => Math.Max((ulong)wanted.Ticks * 100, PeriodNs + PeriodNs / 2);
}
