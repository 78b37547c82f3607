using Huatuo.Flow.Ledger;
using Huatuo.Flow.Sinks;
using Huatuo.Store.Queues;

namespace Huatuo.Store.Sqlite;

/// <summary>Keeps documents in an embedded database that can be searched, also while the agent is dead.</summary>
/// <remarks>
/// <para>A document is stored when the transaction that holds it is committed, some 50 ms after it was accepted; from then on
/// killing the process does not lose it, and after <see cref="SqliteSinkOptions.SyncInterval"/> the power may fail.</para>
/// <para>Whatever goes wrong is tried again, after 100 ms and then less and less often, up to every 5 s; meanwhile documents
/// wait in the bounded memory, and are refused when it is full: at the stage <see cref="SinkStage.Full"/> when the disk is
/// full, <see cref="SinkStage.Write"/> for any other failure. A file that is damaged is set aside, and a new one
/// is made.</para>
/// </remarks>
public sealed class SqliteSink : IEventSink
{
    private static readonly TimeSpan Gather = TimeSpan.FromMilliseconds(50);

    private readonly CurrentOptions<SqliteSinkOptions> _current;
    private readonly BatchQueue _queue;

    /// <summary>Starts the sink's thread, which opens the database.</summary>
    /// <param name="options">Where and how much.</param>
    /// <param name="time">The clock.</param>
    /// <param name="log">Takes one line about a failure or a recovery; called on the sink's thread; must not throw.</param>
    /// <exception cref="ArgumentException">An option is out of range.</exception>
    public SqliteSink(SqliteSinkOptions options, TimeProvider time, Action<string> log)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(time);
        ArgumentNullException.ThrowIfNull(log);
        options.Check();
        _current = new CurrentOptions<SqliteSinkOptions>(options);
        var writer = new WriterOptions { Name = "sqlite-write", Gather = Gather, DrainTime = options.DrainTime };
        _queue = new BatchQueue(Name, options.QueueBytes, writer, new EventStore(_current, time, text => log($"{Name}: {text}")), time, log);
    }

    /// <inheritdoc/>
    public string Name => "sqlite";

    /// <summary>The database file.</summary>
    public string Path => _current.Value.Path;

    /// <summary>The last failure, or null.</summary>
    public string? LastError => _queue.LastError;

    /// <inheritdoc/>
    public IEventChannel Open(string tracer, SinkLedger ledger) => _queue.Open(tracer, ledger);

    /// <summary>From now on other bounds of size and age hold, and another interval of syncs. The file and the memory stay as they
    /// are.</summary>
    /// <exception cref="ArgumentException">An option is out of range, and nothing has changed.</exception>
    public void Change(SqliteSinkOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Check();
        _current.Value = options with { Path = _current.Value.Path, QueueBytes = _current.Value.QueueBytes };
        _queue.Wake();
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _queue.DisposeAsync();
}
