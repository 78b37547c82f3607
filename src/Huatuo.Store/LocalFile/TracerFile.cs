using Huatuo.Store.Files;
using Huatuo.Store.Queues;
using Microsoft.Win32.SafeHandles;

namespace Huatuo.Store.LocalFile;

/// <summary>One tracer's current file: opened, mended, appended to and rotated by the writer thread alone.</summary>
internal sealed unsafe class TracerFile(
    string tracer, CurrentOptions<LocalFileOptions> current, TimeProvider time, SyncThread sync, ArchiveThread archive, SinkTrouble trouble)
{
    private const uint FileMode = 0x1a0; // 0640

    // The current file is put aside when its first line has this part of the longest age.
    private const int AgeParts = 8;

    private static readonly TimeSpan CheckInterval = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan RetryInterval = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan LongestWait = TimeSpan.FromHours(1);

    private readonly string _path = Path.Combine(current.Value.Directory, tracer + ".jsonl");
    private readonly RotatedFiles _rotated = archive.Files(tracer, Path.Combine(current.Value.Directory, tracer + ".jsonl"));
    private SafeFileHandle? _file;
    private FileStatus _identity;
    private long _checkedAt;
    private long _size;
    private long _limit;
    private long _rotateBytes;
    private bool _rotationFails;
    private DateTimeOffset? _begunAt;
    private DateTimeOffset _ageTriedAt;

    private LocalFileBounds Bounds => current.Value.BoundsOf(tracer);

    /// <summary>Mends the file that an earlier run left, if there is one.</summary>
    /// <returns>The call that failed, or null.</returns>
    public IoFailure? OpenExisting() => _file is not null || !File.Exists(_path) ? null : Open();

    /// <summary>Puts the file aside, for the archive to remove, when its first line is an eighth of the longest age old: also when no
    /// other line comes.</summary>
    /// <returns>How long until it may be so again; infinite for never without a new line or other options.</returns>
    public TimeSpan EndOld()
    {
        TimeSpan longest = Bounds.MaxAge;
        if (longest <= TimeSpan.Zero || Left(longest) is not { } left)
            return Timeout.InfiniteTimeSpan;
        if (left > TimeSpan.Zero)
            return Sooner(left, LongestWait);
        CheckReplaced();
        if (_file is null || _size == 0 || Rotate())
            return Timeout.InfiniteTimeSpan;
        _ageTriedAt = time.GetUtcNow();
        return RetryInterval;
    }

    /// <summary>Writes lines in order until all are written or a call fails, rotating between lines.</summary>
    /// <param name="lines">Loses the lines that were written.</param>
    /// <param name="failure">The call that failed, or null.</param>
    /// <returns>The number of lines written.</returns>
    public long Write(LineQueue lines, out IoFailure? failure)
    {
        long written = 0;
        CheckReplaced();
        EndOld();
        CheckLimit();
        failure = null;
        while (lines.Length > 0 && failure is null)
        {
            if (_file is null)
            {
                failure = Open();
                continue;
            }

            long room = _limit - _size;
            long part = lines.Length <= room ? lines.Length : lines.WholeLines(room);
            if (part == 0 && _size == 0)
                part = lines.FirstLine();
            // The documents matter more than the size: go on, and try again when the file has grown by a tenth.
            if (part == 0 && !Rotate())
                _limit = _size + Math.Max(_rotateBytes / 10, lines.FirstLine());
            else if (part > 0)
                written += Append(_file, lines, part, out failure);
        }
        return written;
    }

    /// <summary>Leaves the file to be synchronised and closed; a later write opens it again.</summary>
    public void Close()
    {
        if (_file is not null)
            sync.Retire(_file);
        _file = null;
    }

    private long Append(SafeFileHandle file, LineQueue lines, long length, out IoFailure? failure)
    {
        long done = 0;
        failure = null;
        Span<IoVector> vectors = stackalloc IoVector[128];
        while (done < length && failure is null)
        {
            int count = lines.Describe(done, length, vectors);
            nint written;
            fixed (IoVector* first = vectors)
                written = Libc.WriteVector(file, first, count);
            if (written >= 0)
                done += written;
            else
                failure = IoFailure.Last("write", _path);
            if (failure is { Errno: Libc.EINTR })
                failure = null;
        }

        if (done > 0)
            sync.Written(file);
        long whole = done == length ? length : lines.WholeLines(done);
        if (whole < done)
            CutBack(file, done - whole);
        int wholeLines = lines.CountLines(whole);
        lines.Consume(whole, wholeLines);
        if (_size == 0)
            _begunAt = time.GetUtcNow();
        _size += whole;
        return wholeLines;
    }

    /// <summary>Takes the beginning of a line that did not fit off the end of the file.</summary>
    private void CutBack(SafeFileHandle file, long bytes)
    {
        if (Status(file) is { } status && Libc.Truncate(file, status.Size - bytes) == 0)
            return;
        trouble.Report(IoFailure.Last("cut the unfinished line of", _path));
        // Opening it again mends it.
        Close();
    }

    private bool Rotate()
    {
        if (_rotated.Rotate(Bounds.RotateCount) is { } failure)
        {
            trouble.RotationFailed(failure, report: !_rotationFails);
            _rotationFails = true;
            return false;
        }
        _rotationFails = false;
        Close();
        sync.DirectoryChanged();
        archive.Rotated();
        return true;
    }

    /// <summary>How long until the file is to be put aside for its age; null when there is nothing in it.</summary>
    private TimeSpan? Left(TimeSpan longest)
    {
        if (_file is null || _size == 0 || _begunAt is not { } begun)
            return null;
        DateTimeOffset now = time.GetUtcNow();
        TimeSpan part = longest / AgeParts;
        TimeSpan left = begun + (part > CheckInterval ? part : CheckInterval) - now;
        TimeSpan untilRetry = _rotationFails ? _ageTriedAt + RetryInterval - now : TimeSpan.Zero;
        return left > untilRetry ? left : untilRetry;
    }

    /// <summary>Notices that somebody moved, removed, replaced or emptied the file.</summary>
    private void CheckReplaced()
    {
        if (_file is null || time.GetElapsedTime(_checkedAt) < CheckInterval)
            return;
        _checkedAt = time.GetTimestamp();
        FileStatus status;
        if (Libc.Stat(Libc.AT_FDCWD, _path, 0, Libc.STATX_BASIC_STATS, &status) == 0 && status.SameFile(_identity))
        {
            _size = status.Size;
            return;
        }
        trouble.Note($"{_path}: was moved or removed by somebody else; going on with a new file");
        Close();
    }

    private IoFailure? Open()
    {
        const int Flags = Libc.O_RDWR | Libc.O_APPEND | Libc.O_CREAT | Libc.O_CLOEXEC | Libc.O_NOCTTY;
        int number = Libc.Open(_path, Flags, FileMode);
        if (number < 0 && IoFailure.Last("open", _path) is { Errno: Libc.ENOENT })
        {
            if (DataDirectory.Make(Path.GetFullPath(current.Value.Directory)) is { } noDirectory)
                return noDirectory;
            number = Libc.Open(_path, Flags, FileMode);
        }
        if (number < 0)
            return IoFailure.Last("open", _path);

        var file = new SafeFileHandle(number, ownsHandle: true);
        IoFailure? failure = Adopt(file);
        if (failure is not null)
            file.Dispose();
        return failure;
    }

    private IoFailure? Adopt(SafeFileHandle file)
    {
        if (Status(file) is not { } status)
            return IoFailure.Last("stat", _path);
        if (!status.IsRegular)
            return new IoFailure(Libc.EINVAL, "use (it is not an ordinary file; move it away)", _path);
        long size = status.Size;
        if (TornLine.Mend(file, _path, ref size, current.Value.QueueBytes, out string? finding) is { } failure)
            return failure;

        if (finding is not null)
            trouble.Note(finding);
        if (finding is not null || size == 0)
            sync.Written(file);
        if (size == 0)
            sync.DirectoryChanged();
        _begunAt = size > 0 ? FirstLine.Time(file) ?? new DateTimeOffset(File.GetLastWriteTimeUtc(_path), TimeSpan.Zero) : null;
        _rotateBytes = Bounds.RotateBytes;
        (_file, _size, _limit, _identity) = (file, size, _rotateBytes, status);
        _checkedAt = time.GetTimestamp();
        return null;
    }

    /// <summary>Notices another size to rotate at.</summary>
    private void CheckLimit()
    {
        long bytes = Bounds.RotateBytes;
        if (bytes != _rotateBytes)
            _rotateBytes = _limit = bytes;
    }

    private static TimeSpan Sooner(TimeSpan a, TimeSpan b) => a < b ? a : b;

    private static FileStatus? Status(SafeFileHandle file)
    {
        FileStatus status;
        int result = Libc.Stat(file, "", Libc.AT_EMPTY_PATH, Libc.STATX_BASIC_STATS, &status);
        return result == 0 ? status : null;
    }
}
