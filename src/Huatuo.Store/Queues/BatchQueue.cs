using Huatuo.Flow.Ledger;
using Huatuo.Flow.Sinks;

namespace Huatuo.Store.Queues;

/// <summary>The front of a sink that stores in batches: bounded memory for all tracers, a thread, a store.</summary>
internal sealed class BatchQueue : IAsyncDisposable
{
    private readonly WriterOptions _options;
    private readonly TimeProvider _time;
    private readonly WriterThread _writer;
    private readonly BatchTask _task;
    private readonly Lock _gate = new();
    private bool _disposed;

    /// <param name="name">The sink's name, for the log.</param>
    /// <param name="queueBytes">Bound of the memory in which documents wait.</param>
    /// <param name="options">How the thread works.</param>
    /// <param name="store">Where documents go; closed at the end.</param>
    /// <param name="time">Time.</param>
    /// <param name="log">Takes one line about a failure or a recovery; called on the thread; must not throw.</param>
    public BatchQueue(string name, long queueBytes, WriterOptions options, IDocumentStore store, TimeProvider time, Action<string> log)
    {
        _options = options;
        _time = time;
        Pool = new BlockPool(queueBytes);
        _task = new BatchTask(name, store, time, log);
        _writer = new WriterThread(Pool, options, time);
        _writer.Add(_task);
    }

    /// <summary>The last failure, or null.</summary>
    public string? LastError => _task.LastError;

    internal BlockPool Pool { get; }

    /// <inheritdoc cref="IEventSink.Open"/>
    /// <exception cref="ObjectDisposedException">The sink has stopped.</exception>
    public IEventChannel Open(string tracer, SinkLedger ledger)
    {
        ArgumentException.ThrowIfNullOrEmpty(tracer);
        ArgumentNullException.ThrowIfNull(ledger);
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            var lane = new DocumentLane(tracer, ledger, Pool, _writer, urgentBlocks: Math.Max(1, Pool.BlockCount / 4));
            _task.Add(lane);
            return lane;
        }
    }

    /// <summary>Has the thread look after the store, though no document waits.</summary>
    public void Wake() => _writer.Wake();

    /// <summary>Refuses new documents, stores what waits within the time for it, and counts the rest as dropped at
    /// <see cref="SinkStage.Stop"/>.</summary>
    public async ValueTask DisposeAsync()
    {
        lock (_gate)
        {
            if (_disposed)
                return;
            _disposed = true;
        }
        foreach (DocumentLane lane in _task.Lanes)
            lane.Close();
        _writer.Stop();
        await _writer.Done.WaitAsync(_options.DrainTime, _time).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        foreach (DocumentLane lane in _task.Lanes)
            lane.Abandon();
    }
}
