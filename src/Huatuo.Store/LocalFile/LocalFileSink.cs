using Huatuo.Flow.Ledger;
using Huatuo.Flow.Sinks;
using Huatuo.Store.Queues;

namespace Huatuo.Store.LocalFile;

/// <summary>
/// Keeps documents in local files, one JSON object per line: <c>&lt;directory&gt;/&lt;tracer&gt;.jsonl</c>, and
/// <c>.jsonl.1</c> (the youngest) to <c>.jsonl.N</c> when it is rotated, with <c>.gz</c> behind it when it is compressed.
/// </summary>
/// <remarks>
/// <para>A document is handed to the kernel a few milliseconds after it was accepted, so that killing the process does
/// not lose it, and synchronised to the disk within <see cref="LocalFileOptions.SyncInterval"/>. A line that a crash
/// left torn is mended when its tracer is opened.</para>
/// <para>Whatever goes wrong with a file is tried again, after 100 ms and then less and less often, up to every 5 s;
/// meanwhile documents wait in the bounded memory, and are refused when it is full: at the stage
/// <see cref="SinkStage.Full"/> when the disk is full, <see cref="SinkStage.Write"/> for any other failure, and
/// <see cref="SinkStage.Queue"/> when the files can be written but not fast enough.</para>
/// </remarks>
public sealed class LocalFileSink : IEventSink
{
    // A quarter of the 20 ms that a document may be lost by killing the process.
    private static readonly TimeSpan Gather = TimeSpan.FromMilliseconds(5);

    private readonly CurrentOptions<LocalFileOptions> _current;
    private readonly TimeProvider _time;
    private readonly SinkTrouble _trouble;
    private readonly SyncThread _sync;
    private readonly ArchiveThread _archive;
    private readonly WriterThread _writer;
    private readonly Lock _gate = new();
    private LocalFileChannel[] _channels = [];
    private bool _disposed;

    /// <summary>Starts the sink's two threads. No file is touched before a tracer is opened.</summary>
    /// <param name="options">Where and how much.</param>
    /// <param name="time">The clock.</param>
    /// <param name="log">Takes one line about a failure, a recovery or a mended file; called on the sink's threads; must
    /// not throw.</param>
    /// <exception cref="ArgumentException">An option is out of range.</exception>
    public LocalFileSink(LocalFileOptions options, TimeProvider time, Action<string> log)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(time);
        ArgumentNullException.ThrowIfNull(log);
        options.Check();
        _current = new CurrentOptions<LocalFileOptions>(options);
        _time = time;
        _trouble = new SinkTrouble(time, log);
        Pool = new BlockPool(options.QueueBytes);
        _sync = new SyncThread(options.Directory, options.SyncInterval, _trouble);
        _archive = new ArchiveThread(_current, time, _trouble);
        _writer = new WriterThread(
            Pool,
            new WriterOptions { Name = "local-write", Gather = Gather, DrainTime = options.DrainTime, IdleRelease = options.IdleRelease },
            time);
    }

    /// <inheritdoc/>
    public string Name => "local";

    /// <summary>The last thing that went wrong, or null.</summary>
    public SinkError? LastError => _trouble.Last;

    /// <summary>The tracers whose files cannot be written at present.</summary>
    public IEnumerable<string> Failing => Lanes.Where(lane => lane.Failing).Select(lane => lane.Tracer);

    /// <summary>How often a file could not be rotated; the sink goes on with the file it has.</summary>
    public long RotationFailures => _trouble.RotationFailures;

    /// <summary>How often written documents could not be synchronised to the disk.</summary>
    public long SyncFailures => _trouble.SyncFailures;

    /// <summary>Bytes of memory that the queue occupies; zero after a time of rest.</summary>
    public long QueueMemoryBytes => Pool.TouchedBytes;

    internal BlockPool Pool { get; }

    internal Task WriterDone => _writer.Done;

    private IEnumerable<DocumentLane> Lanes => Volatile.Read(ref _channels).Select(channel => channel.Lane);

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">The name is not a wire name (letters, digits, <c>_</c>, <c>-</c>), or it is
    /// open already.</exception>
    /// <exception cref="ObjectDisposedException">The sink has stopped.</exception>
    public IEventChannel Open(string tracer, SinkLedger ledger)
    {
        ArgumentException.ThrowIfNullOrEmpty(tracer);
        ArgumentNullException.ThrowIfNull(ledger);
        if (!tracer.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-'))
            throw new ArgumentException($"'{tracer}' is not a tracer's wire name: letters, digits, _ and - only", nameof(tracer));
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            if (Lanes.Any(lane => lane.Tracer == tracer))
                throw new ArgumentException($"the tracer '{tracer}' is open already", nameof(tracer));
            var file = new TracerFile(tracer, _current, _time, _sync, _archive, _trouble);
            var lane = new DocumentLane(tracer, ledger, Pool, _writer, urgentBlocks: Pool.BlockCount / 8);
            var channel = new LocalFileChannel(lane, file, _trouble, _time);
            Volatile.Write(ref _channels, [.. _channels, channel]);
            _writer.Add(channel);
            return lane;
        }
    }

    /// <summary>From now on files are rotated, compressed, removed and synchronised by other options. The directory and the memory
    /// stay as they are.</summary>
    /// <exception cref="ArgumentException">An option is out of range, and nothing has changed.</exception>
    public void Change(LocalFileOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Check();
        _current.Value = options with { Directory = _current.Value.Directory, QueueBytes = _current.Value.QueueBytes };
        _sync.Change(options.SyncInterval);
        _archive.Changed();
        _writer.Wake();
    }

    /// <summary>
    /// Refuses new documents, writes and synchronises what waits within <see cref="LocalFileOptions.DrainTime"/>, and
    /// counts the rest as dropped at <see cref="SinkStage.Stop"/>.
    /// </summary>
    public async ValueTask DisposeAsync()
    {
        lock (_gate)
        {
            if (_disposed)
                return;
            _disposed = true;
        }

        long start = _time.GetTimestamp();
        foreach (DocumentLane lane in Lanes)
            lane.Close();
        _writer.Stop();
        await WithinDrainTime(_writer.Done, start).ConfigureAwait(false);
        foreach (DocumentLane lane in Lanes)
            lane.Abandon();
        _sync.Stop();
        _archive.Stop();
        await WithinDrainTime(Task.WhenAll(_sync.Done, _archive.Done), start).ConfigureAwait(false);
    }

    private async Task WithinDrainTime(Task done, long start)
    {
        TimeSpan left = _current.Value.DrainTime - _time.GetElapsedTime(start);
        if (left > TimeSpan.Zero)
            await done.WaitAsync(left, _time).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }
}
