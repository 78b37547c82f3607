using Huatuo.AutoTracing.Capturing;
using Huatuo.AutoTracing.Looking;

namespace Huatuo.AutoTracing.AutotraceTrigger;

/// <summary>What is remembered of one trigger between looks. Used by one thread at a time.</summary>
/// <param name="trigger">The trigger.</param>
internal sealed class TriggerState(Trigger trigger)
{
    /// <summary>How many series it looks at; more are left out.</summary>
    internal const int MostSeries = 1000;

    // A source may fail, or its tracer be started again, while a condition goes on to hold.
    private const int MostAbsent = 6;

    private readonly Dictionary<string, SeriesState> _series = [];
    private readonly SeriesState _whole = new(trigger.When);
    private readonly List<(string Series, SeriesState State, double? Reading)> _seen = [];
    private long _look;

    /// <summary>The trigger.</summary>
    internal Trigger Trigger => trigger;

    /// <summary>A look begins.</summary>
    internal void Begin()
    {
        _look++;
        _seen.Clear();
    }

    /// <summary>Takes the value of a series that the trigger asks for.</summary>
    internal void Take(string series, TimeSpan at, double value, bool onlyGrows)
    {
        if (!_series.TryGetValue(series, out SeriesState? state))
        {
            if (_series.Count >= MostSeries)
                return;
            _series.Add(series, state = new SeriesState(trigger.When));
        }
        // Of two with the same labels, the first counts.
        if (state.Look == _look)
            return;
        // What came back may be another thing of the same name.
        if (state.Look != _look - 1)
            state.BeginAnew();
        state.Look = _look;
        _seen.Add((series, state, state.Read(at, value, onlyGrows)));
    }

    /// <summary>A look ends: what was not there for some is forgotten, and what crosses is told.</summary>
    /// <param name="held">Receives it.</param>
    /// <param name="isWhole">Whether all sources could be read: a sum of a part is none.</param>
    internal void End(List<Held<TriggerHit>> held, bool isWhole)
    {
        foreach (string gone in _series.Where(one => one.Value.Look < _look - MostAbsent).Select(one => one.Key).ToArray())
            _series.Remove(gone);
        if (trigger.When.IsSummed)
        {
            if (isWhole)
                Tell(trigger.When.Selector.Metric, _whole, Sum(), held);
            return;
        }
        foreach ((string series, SeriesState state, double? reading) in _seen)
            Tell(series, state, reading, held);
    }

    // A sum without one that began anew would be too small.
    private double? Sum() => _seen.Exists(one => one.State.IsRecovering) || !_seen.Exists(one => one.Reading is not null) ? null : _seen.Sum(one => one.Reading ?? 0);

    private void Tell(string series, SeriesState state, double? reading, List<Held<TriggerHit>> held)
    {
        if (!state.Crosses(reading))
            return;
        double threshold = trigger.When.Threshold;
        double score = threshold == 0 ? Math.Abs(reading!.Value) : Math.Abs(reading!.Value / threshold);
        held.Add(new Held<TriggerHit>($"{trigger.Name} {series}", null, score, new TriggerHit(trigger, series, reading.Value)) { CoolDown = trigger.CoolDown, Taken = state.Tell });
    }
}

/// <summary>A condition that has come to hold.</summary>
/// <param name="Trigger">Whose.</param>
/// <param name="Series">Of which series.</param>
/// <param name="Value">What was read.</param>
internal sealed record TriggerHit(Trigger Trigger, string Series, double Value)
{
    /// <summary>The largest processes at that moment; null when they are not asked for.</summary>
    internal IReadOnlyList<ProcessMemory>? Largest { get; init; }
}
