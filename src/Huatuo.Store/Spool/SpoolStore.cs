using Huatuo.Flow.Ledger;
using Huatuo.Store.Files;
using Huatuo.Store.Queues;
using Microsoft.Win32.SafeHandles;

namespace Huatuo.Store.Spool;

/// <summary>The writing end of a spool: batches of documents go into the newest segment, and stay pending in their ledgers.</summary>
/// <param name="options">Where and how much.</param>
/// <param name="segments">The segments.</param>
/// <param name="recovery">Finds what an earlier run left.</param>
/// <param name="time">Time.</param>
/// <param name="log">Takes one line about a failure.</param>
internal sealed class SpoolStore(SpoolOptions options, SpoolSegments segments, SpoolRecovery recovery, TimeProvider time, Action<string> log) : IDocumentStore
{
    private static readonly TimeSpan CheckInterval = TimeSpan.FromSeconds(1);

    private readonly NameCache _names = new();
    private readonly Dictionary<string, long> _batch = [];
    private SegmentFile? _current;
    private ulong _next;
    private long _checkedAt;
    private long _syncedAt;
    private string? _openFailure;
    private bool _isOpen;
    private bool _isUnsynced;
    private bool _syncFails;
    private long _kept;

    /// <summary>Documents that survive the end of the process.</summary>
    public long Kept => Volatile.Read(ref _kept);

    /// <inheritdoc/>
    public void Begin()
    {
        Open();
        _batch.Clear();
        if (_current is { } file && (file.Segment.IsSealed || WasReplaced(file)))
            Seal();
        _current ??= Create();
    }

    /// <inheritdoc/>
    public bool Add(DocumentLane lane, ReadOnlySpan<byte> document)
    {
        byte[] name = _names.Utf8(lane.Tracer);
        if (name.Length > SpoolRecord.LongestName || document.Length > SpoolRecord.LongestContent - name.Length - 1)
            return false;
        _current!.Add(name, document);
        _batch[lane.Tracer] = _batch.GetValueOrDefault(lane.Tracer) + 1;
        return true;
    }

    /// <inheritdoc/>
    public void Commit()
    {
        SegmentFile file = _current!;
        long length = file.Flush();
        bool first = file.Segment.Length == 0;
        segments.Publish(file.Segment, length, _batch);
        if (first)
            SyncDirectory();
        _isUnsynced = true;
        if (length >= options.SegmentBytes)
            Seal();
    }

    /// <inheritdoc/>
    public void Rollback()
    {
        // What cannot be cut off is passed over when it is read, and nothing is written behind it. Of a full disk, the segment
        // gives its room back when it is delivered, which it can only when nothing more is written to it.
        if (_current is { } file && (!file.TryCutBack() || file.Segment.Length > 0))
            Seal();
    }

    /// <inheritdoc/>
    public void Count(SinkLedger ledger, long documents) => Interlocked.Add(ref _kept, documents);

    /// <inheritdoc/>
    public TimeSpan Rest()
    {
        try
        {
            Open();
        }
        catch (StoreException failure)
        {
            if (failure.Message != _openFailure)
                log(failure.Message);
            _openFailure = failure.Message;
            return options.SyncInterval;
        }
        if (_isUnsynced && time.GetElapsedTime(_syncedAt) >= options.SyncInterval)
            Sync();
        return _isUnsynced ? options.SyncInterval : Timeout.InfiniteTimeSpan;
    }

    /// <inheritdoc/>
    public void Close()
    {
        if (_current is not null)
            Seal();
    }

    private void Open()
    {
        if (_isOpen)
            return;
        if (DataDirectory.Make(Path.GetFullPath(options.Directory)) is { } noDirectory)
            throw new StoreException(noDirectory.Stage, noDirectory.ToString());
        try
        {
            _next = recovery.Run();
            _isOpen = true;
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new StoreException(SinkStage.Write, $"cannot read the spool: {fault.Message}");
        }
    }

    private SegmentFile Create()
    {
        // Somebody may have removed the folder.
        if (DataDirectory.Make(Path.GetFullPath(options.Directory)) is { } noDirectory)
            throw new StoreException(noDirectory.Stage, noDirectory.ToString());
        SegmentFile file = SegmentFile.Create(new Segment(options.Directory, _next));
        _next++;
        segments.Add(file.Segment);
        return file;
    }

    private bool WasReplaced(SegmentFile file)
    {
        if (time.GetElapsedTime(_checkedAt) < CheckInterval)
            return false;
        _checkedAt = time.GetTimestamp();
        if (file.IsStillThere())
            return false;
        log($"{file.Segment.Path} was moved or removed by somebody else; going on with a new file");
        return true;
    }

    private void Seal()
    {
        if (_isUnsynced)
            Sync();
        segments.Seal(_current!.Segment);
        _current.Dispose();
        _current = null;
    }

    private void Sync()
    {
        IoFailure? failure = _current?.Sync();
        if (failure is not null && !_syncFails)
            log(failure.ToString());
        _syncFails = failure is not null;
        _isUnsynced = false;
        _syncedAt = time.GetTimestamp();
    }

    private void SyncDirectory()
    {
        int number = Libc.Open(options.Directory, Libc.O_RDONLY | Libc.O_CLOEXEC, 0);
        if (number < 0)
            return;
        using var directory = new SafeFileHandle(number, ownsHandle: true);
        _ = Libc.Sync(directory);
    }
}
