namespace Huatuo.Tracers.Cpu.Loadavg;

/// <summary>An average of a number of tasks as the kernel makes its own (kernel/sched/loadavg.c, 6.18: calc_load), in its fixed point.</summary>
/// <param name="interval">Time between two values.</param>
/// <param name="over">What it is an average over: 1, 5 or 15 minutes.</param>
internal sealed class FixedPointLoad(TimeSpan interval, TimeSpan over)
{
    /// <summary>What one task is.</summary>
    internal const ulong One = 1 << FractionBits;

    private const int FractionBits = 11;

    // EXP_1, EXP_5 and EXP_15 of include/linux/sched/loadavg.h for the kernel's own 5 s: 1884, 2014, 2037.
    private readonly ulong _kept = (ulong)Math.Round(One * Math.Exp(-(interval / over)));

    /// <summary>The average, in parts of <see cref="One"/>.</summary>
    internal ulong Parts { get; private set; }

    /// <summary>The average.</summary>
    internal double Value => (double)Parts / One;

    /// <summary>Takes the next value.</summary>
    internal void Add(ulong tasks)
    {
        ulong active = tasks * One;
        ulong load = Parts * _kept + active * (One - _kept);
        Parts = (active >= Parts ? load + One - 1 : load) / One;
    }

    /// <summary>Falls as if there had been no task at the values that were missed (calc_load_n, which the kernel uses after it was idle).</summary>
    /// <param name="values">How many.</param>
    internal void Decay(ulong values)
    {
        ulong power = One, factor = _kept;
        for (; values > 0; values >>= 1)
        {
            if ((values & 1) != 0)
                power = Rounded(power * factor);
            factor = Rounded(factor * factor);
        }
        Parts = Parts * power / One;
    }

    // fixed_power_int
    private static ulong Rounded(ulong product) => (product + One / 2) / One;
}
