using Huatuo.Flow.Ledger;
using Huatuo.Flow.Sinks;

namespace Huatuo.Store.LocalFile;

/// <summary>One tracer's way to its file: lines are appended in front while the writer writes those behind.</summary>
/// <remarks>
/// While the file cannot be written, for want of space or another reason, what waits goes on waiting, and what finds
/// the memory full is refused with the stage of that reason: nothing is given up that may still be written.
/// </remarks>
internal sealed class LocalFileChannel : IEventChannel
{
    private readonly Lock _gate = new();
    private readonly SinkLedger _ledger;
    private readonly WriterThread _writer;
    private readonly TracerFile _file;
    private readonly SinkTrouble _trouble;
    private readonly RetryDelay _retry;
    private readonly int _urgentBlocks;
    private LineQueue _front;
    private LineQueue _back;
    private long _pending;
    private bool _mended;
    private bool _closed;
    private bool _abandoned;
    private volatile SinkStage _refusal = SinkStage.Queue;

    public LocalFileChannel(string tracer, SinkLedger ledger, BlockPool pool, WriterThread writer, TracerFile file,
        SinkTrouble trouble, TimeProvider time)
    {
        Tracer = tracer;
        _ledger = ledger;
        _writer = writer;
        _file = file;
        _trouble = trouble;
        _retry = new RetryDelay(time);
        _urgentBlocks = pool.BlockCount / 8;
        BlockShare share = pool.Join();
        _front = new LineQueue(pool, share);
        _back = new LineQueue(pool, share);
    }

    /// <summary>The tracer's wire name.</summary>
    public string Tracer { get; }

    /// <summary>Whether the file could not be written at the last try.</summary>
    public bool Failing => _refusal != SinkStage.Queue;

    /// <inheritdoc/>
    public void Accept(ReadOnlySpan<byte> document)
    {
        bool first;
        bool urgent;
        lock (_gate)
        {
            if (_closed)
            {
                _ledger.Refuse(SinkStage.Stop);
                return;
            }
            if (!_front.TryAppend(document))
            {
                _ledger.Refuse(_refusal);
                return;
            }
            _ledger.Queue();
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
                _ledger.Drop(SinkStage.Stop, _pending);
            _pending = 0;
        }
    }

    /// <summary>Writes what waits. Called by the writer thread alone.</summary>
    /// <param name="lastTry">Whether to try also when an earlier failure asks to wait.</param>
    /// <returns>How long until there is something to do without a new document, infinite for never.</returns>
    public TimeSpan Attend(bool lastTry)
    {
        if (_retry.Left is var left && left > TimeSpan.Zero && !lastTry)
            return left;
        if (TryMend() && TryWrite() && TrySwap())
            TryWrite();
        return _retry.Failing ? _retry.Left : Timeout.InfiniteTimeSpan;
    }

    /// <summary>Leaves the file to be closed. Called by the writer thread alone.</summary>
    public void CloseFile() => _file.Close();

    private bool TryMend()
    {
        if (_mended)
            return true;
        IoFailure? failure = _file.OpenExisting();
        _mended = failure is null;
        Judge(failure, progress: false);
        return _mended;
    }

    private bool TryWrite()
    {
        if (_back.Length == 0)
            return true;
        long written = _file.Write(_back, out IoFailure? failure);
        Judge(failure, progress: written > 0);
        Settle(written);
        return failure is null;
    }

    private bool TrySwap()
    {
        lock (_gate)
        {
            if (_abandoned || _front.Length == 0)
                return false;
            (_front, _back) = (_back, _front);
            return true;
        }
    }

    private void Settle(long written)
    {
        lock (_gate)
        {
            if (_abandoned || written == 0)
                return;
            _ledger.Store(written);
            _pending -= written;
        }
    }

    private void Judge(IoFailure? failure, bool progress)
    {
        bool failed = _retry.Failing;
        _refusal = failure?.Stage ?? SinkStage.Queue;
        if (failure is null)
        {
            _retry.Succeed();
            if (failed)
                _trouble.Note($"{Tracer}: documents are written again");
            return;
        }

        _retry.Fail(progress);
        if (failed)
            _trouble.Remember(failure);
        else
            _trouble.Report(failure);
    }
}
