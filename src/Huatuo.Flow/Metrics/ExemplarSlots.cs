namespace Huatuo.Flow.Metrics;

/// <summary>
/// The exemplars of one histogram: of each step of four in the value the latest, from 1 µs to 256 s, as the bounds of
/// <see cref="MetricFamily.Bounds"/> are. Fixed in size. Offered by any thread, read by one at a time.
/// </summary>
public sealed class ExemplarSlots
{
    // The exponent of the first bound, and of what is above the last.
    private const int First = -20, Above = 9;
    private const int Count = ((Above - First + 1) >> 1) + 1;
    private readonly Lock _lock = new();
    private readonly Exemplar[] _latest = new Exemplar[Count];
    private readonly Exemplar[] _read = new Exemplar[Count];

    /// <summary>Takes an exemplar in the place of the one before it.</summary>
    /// <param name="event">The event.</param>
    /// <param name="value">What the histogram counted of it, in its base unit; of zero and below, or without end, there is none.</param>
    public void Offer(AcceptedEvent @event, double value)
    {
        if (!double.IsFinite(value) || value <= 0)
            return;
        lock (_lock)
            _latest[SlotOf(value)] = new Exemplar(value, @event);
    }

    /// <summary>What there is, the smallest value first; valid until the next call.</summary>
    public ReadOnlySpan<Exemplar> Read()
    {
        int count = 0;
        lock (_lock)
            foreach (ref readonly Exemplar exemplar in _latest.AsSpan())
                if (exemplar.Value > 0)
                    _read[count++] = exemplar;
        return _read.AsSpan(0, count);
    }

    private static int SlotOf(double value)
    {
        int exponent = Math.ILogB(value);
        // An upper bound belongs to its bucket.
        if (value > Math.ScaleB(1, exponent))
            exponent++;
        return (Math.Clamp(exponent, First, Above) - First + 1) >> 1;
    }
}
