using Huatuo.Flow.Ledger;
using Huatuo.Flow.Sinks;
using Huatuo.Store.Queues;
using Huatuo.Store.Spool;

namespace Huatuo.Store.Remote;

/// <summary>Brings documents to a server, through a spool on the disk.</summary>
/// <remarks>
/// <para>A document is in the spool some 50 ms after it was accepted; from then on killing the process does not lose it, and a server
/// that is away loses nothing as long as the spool has room. It is stored in the sense of the ledger when the server says that it has
/// it.</para>
/// <para>What the server refuses for good is kept, with its reason, in <c>refused.jsonl</c> beside the spool.</para>
/// </remarks>
public abstract class RemoteSink : IEventSink, IRemoteState
{
    private readonly CurrentOptions<RemoteSinkOptions> _current;
    private readonly SpoolQueue _spool;
    private readonly Delivery _delivery;
    private readonly RemoteTrouble _trouble;

    private protected RemoteSink(string name, RemoteSinkOptions options, IRemoteProtocol protocol, TimeProvider time, Action<string> log)
    {
        Name = name;
        options.Check();
        _current = new CurrentOptions<RemoteSinkOptions>(options);
        _trouble = new RemoteTrouble(name, time, log);
        _spool = new SpoolQueue(name, new SpoolOptions { Directory = options.SpoolDirectory, MaxBytes = options.SpoolBytes }, options.QueueBytes, time, log);
        var refused = new DeadLetterFile(Path.Combine(options.SpoolDirectory, "refused.jsonl"), time, text => log($"{name}: {text}"));
        _delivery = new Delivery(_current, protocol, _spool, new RemoteCounts(), _trouble, refused, new Random(), time);
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <summary>The last thing that went wrong, or null.</summary>
    public string? LastError => _trouble.Last ?? _spool.LastError;

    /// <summary>Whether documents are not delivered at present.</summary>
    public bool Failing => _trouble.Failing;

    /// <summary>Documents of this run that survive the end of the process.</summary>
    internal long Kept => _spool.Kept;

    /// <inheritdoc/>
    public long SpoolBytes => _spool.Segments.Bytes;

    /// <inheritdoc/>
    public long DamagedBytes => _spool.Segments.DamagedBytes;

    internal SpoolSegments Segments => _spool.Segments;

    /// <inheritdoc/>
    public long Requests(RequestResult result) => _delivery.Counts.Of(result);

    /// <inheritdoc/>
    public IEventChannel Open(string tracer, SinkLedger ledger) => _spool.Open(tracer, ledger);

    /// <summary>From the next request on servers are spoken to by other options. The spool and the memory stay as they are.</summary>
    /// <exception cref="ArgumentException">An option is out of range, and nothing has changed.</exception>
    public void Change(RemoteSinkOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Check();
        _current.Value = options;
        _delivery.Changed();
    }

    /// <summary>Refuses new documents, writes those in memory to the spool within a second, and leaves them there for the next
    /// run.</summary>
    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        Task written = _spool.StopWritingAsync();
        await _delivery.DisposeAsync().ConfigureAwait(false);
        await written.ConfigureAwait(false);
        await _spool.DisposeAsync().ConfigureAwait(false);
    }
}
