using Huatuo.Flow.Ledger;
using Huatuo.Flow.Sinks;
using Huatuo.Store.Queues;

namespace Huatuo.Store.Spool;

/// <summary>A bounded queue of documents on the disk, which survives the end of the process.</summary>
/// <remarks>
/// A document is in its ledger pending from when it is accepted until it is delivered or given up: it waits in bounded memory for
/// some 50 ms, then in a segment. What an earlier run left is counted as recovered and pending.
/// </remarks>
internal sealed class SpoolQueue : IAsyncDisposable
{
    private static readonly TimeSpan Gather = TimeSpan.FromMilliseconds(50);

    private readonly SinkAccounts _accounts;
    private readonly AcknowledgedFile _acknowledged;
    private readonly SpoolStore _store;
    private readonly BatchQueue _queue;

    /// <summary>Starts the thread that writes, which first looks for what an earlier run left.</summary>
    /// <param name="sink">The sink's name.</param>
    /// <param name="options">Where and how much.</param>
    /// <param name="queueBytes">Bound of the memory in which documents wait for the disk.</param>
    /// <param name="time">Time.</param>
    /// <param name="log">Takes one line about a failure, a loss or a recovery; called on several threads; must not throw.</param>
    public SpoolQueue(string sink, SpoolOptions options, long queueBytes, TimeProvider time, Action<string> log)
    {
        options.Check();
        void Log(string text) => log($"{sink}: {text}");
        _accounts = new SinkAccounts(sink);
        _acknowledged = new AcknowledgedFile(Path.Combine(options.Directory, "acknowledged"));
        Segments = new SpoolSegments(options, _accounts, time, Log);
        Reader = new SpoolReader(Segments, _acknowledged, time, Log);
        var recovery = new SpoolRecovery(options, _acknowledged, Segments, _accounts, new NameCache(), Log);
        _store = new SpoolStore(options, Segments, recovery, time, Log);
        _queue = new BatchQueue(sink, queueBytes, new WriterOptions { Name = "spool-write", Gather = Gather }, _store, time, log);
    }

    /// <summary>The segments.</summary>
    public SpoolSegments Segments { get; }

    /// <summary>The end that is read.</summary>
    public SpoolReader Reader { get; }

    /// <summary>Documents of this run that survive the end of the process.</summary>
    public long Kept => _store.Kept;

    /// <summary>The last failure to write, or null.</summary>
    public string? LastError => _queue.LastError;

    /// <inheritdoc cref="IEventSink.Open"/>
    public IEventChannel Open(string tracer, SinkLedger ledger)
    {
        _accounts.Open(tracer, ledger);
        return _queue.Open(tracer, ledger);
    }

    /// <summary>Refuses new documents and writes those in memory.</summary>
    public Task StopWritingAsync() => _queue.DisposeAsync().AsTask();

    /// <summary>Refuses new documents and writes those in memory; those on the disk stay there. The reader has ended.</summary>
    public async ValueTask DisposeAsync()
    {
        await _queue.DisposeAsync().ConfigureAwait(false);
        _acknowledged.Dispose();
    }
}
