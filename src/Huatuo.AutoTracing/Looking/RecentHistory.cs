namespace Huatuo.AutoTracing.Looking;

/// <summary>
/// Tells when a value is unusual for this machine, by what it was at the last looks; and, until it was taken, when it has come to stay
/// above a level, be it slowly, or since before the first look. Used by one thread at a time.
/// </summary>
/// <param name="options">What is unusual.</param>
/// <param name="level">What is too much on any machine.</param>
internal sealed class RecentHistory(HistoryOptions options, double level)
{
    private const int LooksOnLevel = 3, LeastLooks = 6;
    private const double Half = 0.5, Below = 0.9;

    private readonly Queue<double> _looks = [];
    private int _onLevel;
    private bool _isTaken;

    /// <summary>Takes the value of a look.</summary>
    /// <returns>Why it is unusual; null when it is not.</returns>
    internal Unusual? Add(double value)
    {
        double usual = Usual();
        string? reason = null;
        if (value > level)
            _onLevel++;
        // A value that only flickers around the level was not below it.
        else if (value < level * Below)
            (_onLevel, _isTaken) = (0, false);
        if (_onLevel >= LooksOnLevel && value > level && !_isTaken)
            reason = "level";
        if (_looks.Count >= LeastLooks && value > level * Half && value > usual * options.Ratio)
            reason = "jump";
        if (_looks.Count >= options.History)
            _looks.Dequeue();
        _looks.Enqueue(value);
        return reason is null ? null : new Unusual(reason, value, usual, level);
    }

    /// <summary>There is a picture of what was unusual last, or none is wanted.</summary>
    internal void Take() => _isTaken = _onLevel >= LooksOnLevel;

    /// <summary>The value was over the level for a moment between two looks.</summary>
    /// <returns>Why that is unusual; null when it is not, or there is not enough to compare with.</returns>
    internal Unusual? Moment()
    {
        double usual = Usual();
        return _looks.Count >= LeastLooks && level > usual * options.Ratio ? new Unusual("moment", level, usual, level) : null;
    }

    /// <summary>There is nothing to compare with any more.</summary>
    internal void Forget()
    {
        _looks.Clear();
        (_onLevel, _isTaken) = (0, false);
    }

    // The median: single bursts do not make the next one usual.
    private double Usual()
    {
        if (_looks.Count == 0)
            return 0;
        double[] sorted = [.. _looks];
        Array.Sort(sorted);
        return sorted[sorted.Length / 2];
    }
}

/// <summary>A value that is unusual.</summary>
/// <param name="Reason"><c>jump</c> when it is far above what it was, <c>level</c> when it has come to stay above the level, <c>moment</c> when it was above it for a moment.</param>
/// <param name="Value">The value.</param>
/// <param name="Usual">The median of the looks before.</param>
/// <param name="Level">The level.</param>
internal readonly record struct Unusual(string Reason, double Value, double Usual, double Level);
