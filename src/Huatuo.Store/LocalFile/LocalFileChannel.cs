using Huatuo.Flow.Ledger;
using Huatuo.Store.Files;
using Huatuo.Store.Queues;

namespace Huatuo.Store.LocalFile;

/// <summary>Writes one tracer's documents to its file.</summary>
internal sealed class LocalFileChannel(DocumentLane lane, TracerFile file, SinkTrouble trouble, TimeProvider time) : IWriterTask
{
    private readonly RetryDelay _retry = new(time);
    private bool _mended;

    /// <summary>The tracer's way in.</summary>
    public DocumentLane Lane => lane;

    /// <inheritdoc/>
    public TimeSpan Attend(bool lastTry)
    {
        if (_retry.Left is var left && left > TimeSpan.Zero && !lastTry)
            return left;
        if (TryMend() && TryWrite() && lane.TrySwap())
            TryWrite();
        TimeSpan untilOld = file.EndOld();
        return _retry.Failing ? _retry.Left : untilOld;
    }

    /// <inheritdoc/>
    public void Abandon() => lane.Abandon();

    /// <inheritdoc/>
    public void Close() => file.Close();

    private bool TryMend()
    {
        if (_mended)
            return true;
        IoFailure? failure = file.OpenExisting();
        _mended = failure is null;
        Judge(failure, progress: false);
        return _mended;
    }

    private bool TryWrite()
    {
        if (lane.Back.Length == 0)
            return true;
        long written = file.Write(lane.Back, out IoFailure? failure);
        Judge(failure, progress: written > 0);
        lane.Settle(written, static (ledger, count) => ledger.Store(count));
        return failure is null;
    }

    private void Judge(IoFailure? failure, bool progress)
    {
        bool failed = _retry.Failing;
        lane.Refusal = failure?.Stage ?? SinkStage.Queue;
        if (failure is null)
        {
            _retry.Succeed();
            if (failed)
                trouble.Note($"{lane.Tracer}: documents are written again");
            return;
        }

        _retry.Fail(progress);
        if (failed)
            trouble.Remember(failure);
        else
            trouble.Report(failure);
    }
}
