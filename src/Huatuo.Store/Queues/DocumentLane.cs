using Huatuo.Flow.Ledger;
using Huatuo.Flow.Sinks;

namespace Huatuo.Store.Queues;

/// <summary>One tracer's way into a sink: documents are appended in front while the writer writes those behind.</summary>
/// <remarks>
/// While the medium cannot be written, what waits goes on waiting, and what finds the memory full is refused with the
/// stage of that reason: nothing is given up that may still be written.
/// </remarks>
internal sealed class DocumentLane : IEventChannel
{
    private readonly Lock _gate = new();
    private readonly WriterThread _writer;
    private readonly int _urgentBlocks;
    private LineQueue _front;
    private LineQueue _back;
    private long _pending;
    private bool _closed;
    private bool _abandoned;
    private volatile SinkStage _refusal = SinkStage.Queue;

    /// <param name="tracer">The tracer's wire name.</param>
    /// <param name="ledger">Where its documents are counted.</param>
    /// <param name="pool">Where they wait.</param>
    /// <param name="writer">Who writes them.</param>
    /// <param name="urgentBlocks">From so many waiting blocks on the writer should not wait for more.</param>
    public DocumentLane(string tracer, SinkLedger ledger, BlockPool pool, WriterThread writer, int urgentBlocks)
    {
        Tracer = tracer;
        Ledger = ledger;
        _writer = writer;
        _urgentBlocks = urgentBlocks;
        BlockShare share = pool.Join();
        _front = new LineQueue(pool, share);
        _back = new LineQueue(pool, share);
    }

    /// <summary>The tracer's wire name.</summary>
    public string Tracer { get; }

    /// <summary>Where its documents are counted.</summary>
    public SinkLedger Ledger { get; }

    /// <summary>The stage at which a document is refused that finds the memory full; set by the writer.</summary>
    public SinkStage Refusal { get => _refusal; set => _refusal = value; }

    /// <summary>Whether the medium could not be written at the last try.</summary>
    public bool Failing => _refusal != SinkStage.Queue;

    /// <summary>What the writer writes; no other thread touches it.</summary>
    public LineQueue Back => _back;

    /// <inheritdoc/>
    public void Accept(ReadOnlySpan<byte> document)
    {
        bool first;
        bool urgent;
        lock (_gate)
        {
            if (_closed)
            {
                Ledger.Refuse(SinkStage.Stop);
                return;
            }
            if (!_front.TryAppend(document))
            {
                Ledger.Refuse(_refusal);
                return;
            }
            Ledger.Queue();
            _pending++;
            first = _front.Lines == 1;
            urgent = _front.Blocks >= _urgentBlocks;
        }
        if (first)
            _writer.Wake();
        if (urgent && !Failing)
            _writer.Hurry();
    }

    /// <summary>Takes no more documents: they are refused from now on.</summary>
    public void Close()
    {
        lock (_gate)
            _closed = true;
    }

    /// <summary>Counts what is not written yet as lost at the stop, whatever becomes of it.</summary>
    public void Abandon()
    {
        lock (_gate)
        {
            _abandoned = true;
            if (_pending > 0)
                Ledger.Drop(SinkStage.Stop, _pending);
            _pending = 0;
        }
    }

    /// <summary>Puts what came meanwhile behind, when all that was there is written. Called by the writer alone.</summary>
    /// <returns>Whether there is something to write.</returns>
    public bool TrySwap()
    {
        if (_back.Length > 0)
            return true;
        lock (_gate)
        {
            if (_abandoned || _front.Length == 0)
                return false;
            (_front, _back) = (_back, _front);
            return true;
        }
    }

    /// <summary>Counts what the writer has done.</summary>
    /// <param name="documents">Documents that left the memory.</param>
    /// <param name="count">Counts them at the ledger; not called when they were given up before.</param>
    public void Settle(long documents, Action<SinkLedger, long> count)
    {
        lock (_gate)
        {
            if (_abandoned || documents == 0)
                return;
            count(Ledger, documents);
            _pending -= documents;
        }
    }
}
