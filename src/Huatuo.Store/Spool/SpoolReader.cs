using Microsoft.Win32.SafeHandles;

namespace Huatuo.Store.Spool;

/// <summary>The reading end of a spool: batches of documents, the oldest first, of which one at a time is delivered.</summary>
/// <param name="segments">The segments.</param>
/// <param name="acknowledged">Keeps up to where everything is delivered.</param>
/// <param name="time">Time.</param>
/// <param name="log">Takes one line about a failure.</param>
internal sealed class SpoolReader(SpoolSegments segments, AcknowledgedFile acknowledged, TimeProvider time, Action<string> log)
{
    private const int WindowBytes = 64 << 10;

    private readonly NameCache _names = new();
    private readonly SpoolBatch _batch = new();
    private readonly SpoolBatch _newest = new();
    private byte[] _window = [];
    private bool _keepFails;

    /// <summary>Waits for documents, and then for more of them.</summary>
    /// <param name="enough">So many bytes are not waited for longer.</param>
    /// <param name="gather">How long the first document waits for others.</param>
    /// <param name="stop">Ends the wait.</param>
    /// <exception cref="OperationCanceledException">It was ended.</exception>
    public async Task WaitAsync(long enough, TimeSpan gather, CancellationToken stop)
    {
        for (Task arrived = segments.Arrived; segments.UnreadBytes == 0; arrived = segments.Arrived)
            await arrived.WaitAsync(stop).ConfigureAwait(false);
        long start = time.GetTimestamp();
        for (Task arrived = segments.Arrived; segments.UnreadBytes < enough; arrived = segments.Arrived)
        {
            TimeSpan left = gather - time.GetElapsedTime(start);
            if (left <= TimeSpan.Zero)
                break;
            await arrived.WaitAsync(left, time, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            stop.ThrowIfCancellationRequested();
        }
    }

    /// <summary>Reads the next documents. Those of the batch before are acknowledged.</summary>
    /// <param name="mostBytes">Bytes of documents; a longer one comes alone.</param>
    /// <param name="mostDocuments">Number of documents.</param>
    /// <returns>The batch, or null when there is nothing.</returns>
    /// <exception cref="IOException">A segment cannot be opened now.</exception>
    public SpoolBatch? TryRead(int mostBytes, int mostDocuments)
    {
        while (segments.TakeUnread() is var (segment, from, to))
        {
            try
            {
                using SafeFileHandle file = Open(segment);
                if (Fill(file, segment, from, to, mostBytes, mostDocuments))
                    return _batch;
                // Nothing but damage.
                Acknowledge(segment);
            }
            catch (Exception fault) when (fault is FileNotFoundException or DirectoryNotFoundException)
            {
                segments.GiveUp(segment, "was removed by somebody else");
            }
            catch (SegmentReadException fault)
            {
                segments.GiveUp(segment, $"cannot be read: {fault.Message}");
            }
        }
        return null;
    }

    /// <summary>Reads the newest document, which stays unread.</summary>
    /// <returns>A batch of it alone, valid until the next; null when there is none, or it cannot be read now.</returns>
    public SpoolBatch? PeekNewest()
    {
        if (segments.NewestUnread() is not var (segment, from, to))
            return null;
        try
        {
            using SafeFileHandle file = File.OpenHandle(segment.Path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            var scan = new SegmentScan(file, from, to, _window);
            _newest.Begin(segment, 0);
            while (scan.TryNext(out ReadOnlySpan<byte> name, out ReadOnlySpan<byte> document))
            {
                _newest.Begin(segment, document.Length);
                _newest.Add(_names.Text(name), document);
            }
            _window = scan.Window;
            return _newest.Documents.Count > 0 ? _newest : null;
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>Everything in the batch was delivered, refused or dropped.</summary>
    public void Acknowledge(SpoolBatch batch) => Acknowledge(batch.Segment!);

    private SafeFileHandle Open(Segment segment)
    {
        try
        {
            return File.OpenHandle(segment.Path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            segments.PutBack(segment);
            throw fault as IOException ?? new IOException(fault.Message, fault);
        }
    }

    private bool Fill(SafeFileHandle file, Segment segment, long from, long to, int mostBytes, int mostDocuments)
    {
        if (_window.Length == 0)
            _window = new byte[WindowBytes];
        _batch.Begin(segment, (int)Math.Min(mostBytes, to - from));
        var scan = new SegmentScan(file, from, to, _window);
        long end = from;
        long damaged = 0;
        try
        {
            while (_batch.Documents.Count < mostDocuments)
            {
                if (!scan.TryNext(out ReadOnlySpan<byte> name, out ReadOnlySpan<byte> document))
                {
                    (end, damaged) = (to, scan.DamagedBytes);
                    break;
                }
                if (_batch.Documents.Count > 0 && _batch.Length + document.Length > mostBytes)
                    break;
                _batch.Add(_names.Text(name), document);
                (end, damaged) = (scan.Position, scan.DamagedBytes);
            }
        }
        catch (IOException fault)
        {
            throw new SegmentReadException(fault.Message);
        }
        _window = scan.Window;
        segments.Read(segment, end, damaged);
        if (damaged > 0)
            log($"{segment.Path}: passed over {damaged} bytes that are no document");
        return _batch.Documents.Count > 0;
    }

    private void Acknowledge(Segment segment)
    {
        string? failure = acknowledged.Keep(segment.Number, segment.ReadTo);
        if (failure is not null && !_keepFails)
            log($"{failure}; after the next start documents may be sent again");
        _keepFails = failure is not null;
        segments.Acknowledge(segment);
    }

    private sealed class SegmentReadException(string message) : Exception(message);
}
