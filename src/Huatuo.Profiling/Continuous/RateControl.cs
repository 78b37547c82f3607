namespace Huatuo.Profiling.Continuous;

/// <summary>
/// Keeps the cost of a profiler within a budget: over it, at once as far down as is needed; up again one level at a time,
/// and only after some windows that leave room for twice the cost. At the lowest rate, pauses.
/// </summary>
/// <param name="budget">The share of the machine's CPU time that it may take.</param>
/// <param name="levels">How many rates there are; each costs about half of the one before.</param>
internal sealed class RateControl(double budget, int levels)
{
    /// <summary>The longest pause, in windows.</summary>
    internal const int LongestPause = 60;

    /// <summary>So many windows in a row must have room for the next higher rate.</summary>
    internal const int CalmWindows = 6;

    // A rate is raised only if that would leave a fifth of the budget.
    private const double Headroom = 0.8;
    private int _calm;

    /// <summary>The rate, from 0 for the highest.</summary>
    internal int Level { get; private set; }

    /// <summary>How many windows to pause for now.</summary>
    internal int Pause { get; private set; }

    /// <summary>How often it was lowered.</summary>
    internal long Lowered { get; private set; }

    /// <summary>How often it was raised.</summary>
    internal long Raised { get; private set; }

    /// <summary>Takes what a window cost.</summary>
    /// <param name="cost">The share of the machine's CPU time.</param>
    internal void Take(double cost)
    {
        Pause = 0;
        if (cost > budget)
            Lower(cost / budget);
        else if (Level > 0 && cost * 2 <= budget * Headroom)
            _calm++;
        else
            _calm = 0;
        if (_calm < CalmWindows)
            return;
        _calm = 0;
        Level--;
        Raised++;
    }

    private void Lower(double excess)
    {
        _calm = 0;
        if (Level == levels - 1)
        {
            Pause = (int)Math.Min(Math.Ceiling(excess) - 1, LongestPause);
            Pause = Math.Max(Pause, 1);
            return;
        }
        Level = (int)Math.Min(Level + Math.Ceiling(Math.Log2(excess)), levels - 1);
        Lowered++;
    }
}
