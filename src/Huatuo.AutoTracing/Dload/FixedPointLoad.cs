namespace Huatuo.AutoTracing.Dload;

/// <summary>An average over the last minute as the kernel makes its own (include/linux/sched/loadavg.h: calc_load), in its fixed point.</summary>
/// <param name="interval">Time between two values.</param>
internal sealed class FixedPointLoad(TimeSpan interval)
{
    private const int FractionBits = 11;
    private const ulong One = 1 << FractionBits;

    // 1884 for the kernel's own 5 s.
    private readonly ulong _kept = (ulong)Math.Round(One * Math.Exp(-interval.TotalSeconds / 60));
    private ulong _load;

    /// <summary>The average.</summary>
    internal double Value => (double)_load / One;

    /// <summary>Takes the next value.</summary>
    internal void Add(int tasks)
    {
        ulong active = (ulong)tasks * One;
        ulong load = _load * _kept + active * (One - _kept);
        _load = (active >= _load ? load + One - 1 : load) / One;
    }
}
