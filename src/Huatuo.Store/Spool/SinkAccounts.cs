using Huatuo.Flow.Ledger;

namespace Huatuo.Store.Spool;

/// <summary>
/// The ledgers of a sink by tracer. What an earlier run left may be found before its tracer is there: it is counted aside, and
/// handed over when the tracer comes. A tracer that never comes has no terms that would have to balance.
/// </summary>
/// <param name="sink">The sink's name.</param>
internal sealed class SinkAccounts(string sink)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, SinkLedger> _ledgers = [];

    /// <summary>A tracer's ledger is there; it takes over what was counted for the tracer before.</summary>
    public void Open(string tracer, SinkLedger ledger)
    {
        lock (_gate)
        {
            if (_ledgers.TryGetValue(tracer, out SinkLedger? aside))
                HandOver(aside, ledger);
            _ledgers[tracer] = ledger;
        }
    }

    /// <summary>Documents of an earlier run were found.</summary>
    public void Recover(string tracer, long documents)
    {
        lock (_gate)
            Of(tracer).Recover(documents);
    }

    /// <summary>Documents were delivered.</summary>
    public void Store(string tracer, long documents)
    {
        lock (_gate)
            Of(tracer).Store(documents);
    }

    /// <summary>Documents were refused for good.</summary>
    public void DeadLetter(string tracer, long documents)
    {
        lock (_gate)
            Of(tracer).DeadLetter(documents);
    }

    /// <summary>Documents were given up.</summary>
    public void Drop(string tracer, SinkStage stage, long documents)
    {
        lock (_gate)
            Of(tracer).Drop(stage, documents);
    }

    private SinkLedger Of(string tracer)
    {
        if (!_ledgers.TryGetValue(tracer, out SinkLedger? ledger))
            _ledgers.Add(tracer, ledger = new SinkLedger(sink));
        return ledger;
    }

    private static void HandOver(SinkLedger aside, SinkLedger ledger)
    {
        ledger.Recover(aside.Recovered);
        ledger.Store(aside.Stored);
        ledger.DeadLetter(aside.DeadLetters);
        foreach (SinkStage stage in Enum.GetValues<SinkStage>())
            ledger.Drop(stage, aside.Dropped(stage));
    }
}
