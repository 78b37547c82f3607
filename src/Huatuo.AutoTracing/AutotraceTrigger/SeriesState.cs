namespace Huatuo.AutoTracing.AutotraceTrigger;

/// <summary>What is remembered of one series: its values within a window, and whether its condition was told.</summary>
/// <param name="when">The condition.</param>
internal sealed class SeriesState(TriggerExpression when)
{
    // So many values of a window are kept, and the one before it.
    private const int Points = 60;

    private readonly Queue<(TimeSpan At, double Value)> _points = [];
    private TimeSpan _kept;
    private double _last;
    private int _held;
    private bool _isTold;

    /// <summary>Whether it began anew, and its window is not full again.</summary>
    internal bool IsRecovering { get; private set; }

    /// <summary>The look at which it was there last.</summary>
    internal long Look { get; set; }

    /// <summary>Takes a value.</summary>
    /// <param name="at">When it is seen, since any moment.</param>
    /// <param name="value">It.</param>
    /// <param name="onlyGrows">Whether a smaller value means that it began anew.</param>
    /// <returns>The reading; null while there is none.</returns>
    internal double? Read(TimeSpan at, double value, bool onlyGrows)
    {
        if (when.Reading == Reading.Value)
            return value;
        if (onlyGrows && _points.Count > 0 && value < _last)
            BeginAnew();
        _last = value;
        while (_points.Count > 1 && at - _points.ElementAt(1).At >= when.Window)
            _points.Dequeue();
        double? reading = null;
        if (_points.TryPeek(out (TimeSpan At, double Value) oldest) && at - oldest.At >= when.Window)
        {
            reading = (value - oldest.Value) / (when.Reading == Reading.Rate ? (at - oldest.At).TotalSeconds : 1);
            IsRecovering = false;
        }
        if (_points.Count == 0 || at - _kept >= when.Window / Points)
        {
            _points.Enqueue((at, value));
            _kept = at;
        }
        return reading;
    }

    /// <summary>Values before are of no use; that its condition was told stays.</summary>
    internal void BeginAnew()
    {
        IsRecovering |= _points.Count > 0;
        _points.Clear();
    }

    /// <summary>Takes what a reading says.</summary>
    /// <returns>Whether the condition has held for long enough, and was not told since it began to.</returns>
    internal bool Crosses(double? reading)
    {
        if (reading is not { } value)
        {
            _held = 0;
            return false;
        }
        if (!when.Holds(value))
        {
            (_held, _isTold) = (0, false);
            return false;
        }
        _held = Math.Min(_held + 1, when.Samples);
        return _held == when.Samples && !_isTold;
    }

    /// <summary>It was told; it is again only after the condition did not hold.</summary>
    internal void Tell() => _isTold = true;
}
