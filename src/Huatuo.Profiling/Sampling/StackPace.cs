using Huatuo.Flow.Options;

namespace Huatuo.Profiling.Sampling;

/// <summary>
/// Keeps the stacks that a profiler takes near a number a second, whatever happens on the machine: above it, what is small
/// or brief is drawn by chance. What was drawn carries the weight of its own level, so that the level may change at any time.
/// </summary>
/// <param name="most">Stacks a second, of all CPUs; 0 for no bound.</param>
/// <param name="levels">How many levels there are; each takes about half of the one before.</param>
/// <param name="time">Time.</param>
internal sealed class StackPace(double most, int levels, TimeProvider time)
{
    /// <summary>Stacks a second on each CPU, unless something else is asked for: some 3 µs each, by tables.</summary>
    internal const int DefaultMost = 1000;

    /// <summary>What the bound is called where it can be set, for each CPU.</summary>
    internal const string OptionName = "max_stacks_per_second";

    /// <summary>What that does.</summary>
    internal const string OptionText = "On average of all CPUs; above it, what is small or brief is taken by chance and counted as so many. 0 for no bound.";

    // Less says too little of the rate.
    private static readonly TimeSpan s_shortest = TimeSpan.FromMilliseconds(40);

    // A level is left when the one before it would take no more than half of what it may.
    private const double Calm = 0.25;

    private long _looked = time.GetTimestamp();
    private ulong _stacks;

    /// <summary>What it may be.</summary>
    internal static OptionType<int> OptionType { get; } = OptionTypes.Integer(0, 1_000_000);

    /// <summary>From 0, where all are taken.</summary>
    internal int Level { get; private set; }

    /// <summary>Looks at what was taken since the last look.</summary>
    /// <param name="stacks">All that were taken so far.</param>
    /// <returns>Whether the level is another one now.</returns>
    internal bool Take(ulong stacks)
    {
        TimeSpan elapsed = time.GetElapsedTime(_looked);
        if (most <= 0 || elapsed < s_shortest)
            return false;
        double excess = (stacks - _stacks) / elapsed.TotalSeconds / most;
        (_looked, _stacks) = (time.GetTimestamp(), stacks);
        int level = Level;
        if (excess > 1)
            Level = Math.Min(Level + Halvings(excess), levels - 1);
        else if (excess <= Calm)
            Level = Math.Max(0, Level - Halvings(Calm / Math.Max(excess, double.Epsilon)));
        return Level != level;
    }

    private static int Halvings(double ratio) => (int)Math.Clamp(Math.Ceiling(Math.Log2(ratio)), 1, 31);
}
