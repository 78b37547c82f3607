using Huatuo.Flow.Ledger;

namespace Huatuo.Store.Queues;

/// <summary>Takes what waits in all lanes to a store, as one batch.</summary>
/// <param name="name">The sink's name, for the log.</param>
/// <param name="store">Where to.</param>
/// <param name="time">Time.</param>
/// <param name="log">Takes one line about a failure or a recovery.</param>
internal sealed class BatchTask(string name, IDocumentStore store, TimeProvider time, Action<string> log) : IWriterTask
{
    private readonly RetryDelay _retry = new(time);
    private readonly List<(DocumentLane Lane, long Kept)> _taken = [];
    private DocumentLane[] _lanes = [];
    private byte[] _scratch = [];
    private bool _refusalTold;

    /// <summary>The lanes in the order of their opening.</summary>
    public IReadOnlyList<DocumentLane> Lanes => Volatile.Read(ref _lanes);

    /// <summary>The last failure, or null.</summary>
    public string? LastError { get; private set; }

    /// <summary>Adds a lane. Called by one thread at a time.</summary>
    public void Add(DocumentLane lane) => Volatile.Write(ref _lanes, [.. _lanes, lane]);

    /// <inheritdoc/>
    public TimeSpan Attend(bool lastTry)
    {
        if (_retry.Left is var left && left > TimeSpan.Zero && !lastTry)
            return left;
        bool isRetry = _retry.Failing;
        // After an old batch, what came meanwhile.
        if (TryBatch() && isRetry)
            TryBatch();
        return _retry.Failing ? _retry.Left : store.Rest();
    }

    /// <inheritdoc/>
    public void Abandon()
    {
        foreach (DocumentLane lane in _lanes)
            lane.Abandon();
    }

    /// <inheritdoc/>
    public void Close() => store.Close();

    private bool TryBatch()
    {
        _taken.Clear();
        try
        {
            foreach (DocumentLane lane in Volatile.Read(ref _lanes))
            {
                if (!lane.TrySwap())
                    continue;
                if (_taken.Count == 0)
                    store.Begin();
                _taken.Add((lane, AddAll(lane)));
            }
            if (_taken.Count == 0)
                return true;
            store.Commit();
        }
        catch (StoreException failure)
        {
            store.Rollback();
            Fail(failure);
            return false;
        }
        Succeed();
        return true;
    }

    private long AddAll(DocumentLane lane)
    {
        long kept = 0;
        for (long at = 0; at < lane.Back.Length;)
        {
            if (store.Add(lane, lane.Back.Line(ref at, ref _scratch)))
                kept++;
        }
        return kept;
    }

    private void Succeed()
    {
        foreach ((DocumentLane lane, long kept) in _taken)
        {
            int lines = lane.Back.Lines;
            lane.Back.Consume(lane.Back.Length, lines);
            lane.Settle(kept, store.Count);
            lane.Settle(lines - kept, static (ledger, count) => ledger.Drop(SinkStage.Write, count));
            if (lines > kept && !_refusalTold)
            {
                log($"{name}: {lane.Tracer}: a document is not JSON and was dropped");
                _refusalTold = true;
            }
        }
        if (!_retry.Failing)
            return;
        _retry.Succeed();
        foreach (DocumentLane lane in _lanes)
            lane.Refusal = SinkStage.Queue;
        log($"{name}: documents are stored again");
    }

    private void Fail(StoreException failure)
    {
        if (!_retry.Failing || LastError != failure.Message)
            log($"{name}: {failure.Message}");
        LastError = failure.Message;
        _retry.Fail(progress: false);
        foreach (DocumentLane lane in _lanes)
            lane.Refusal = failure.Stage;
    }
}
