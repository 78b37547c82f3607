using Huatuo.Store.Files;
using Huatuo.Store.Queues;
using Microsoft.Win32.SafeHandles;

namespace Huatuo.Store.Spool;

/// <summary>The segment that is written: records are gathered, and appended in large writes.</summary>
internal sealed unsafe class SegmentFile : IDisposable
{
    private const uint FileMode = 0x1a0; // 0640
    private const int GatherBytes = 64 << 10;

    private readonly SafeFileHandle _file;
    private readonly FileStatus _identity;
    private readonly byte[] _gathered = new byte[GatherBytes];
    private int _gatheredBytes;
    private long _written;

    private SegmentFile(Segment segment, SafeFileHandle file, in FileStatus identity)
    {
        Segment = segment;
        _file = file;
        _identity = identity;
    }

    /// <summary>The segment.</summary>
    public Segment Segment { get; }

    /// <summary>Makes the file.</summary>
    /// <exception cref="StoreException">It cannot be made.</exception>
    public static SegmentFile Create(Segment segment)
    {
        const int Flags = Libc.O_RDWR | Libc.O_APPEND | Libc.O_CREAT | Libc.O_CLOEXEC | Libc.O_NOCTTY;
        int number = Libc.Open(segment.Path, Flags, FileMode);
        if (number < 0)
            throw Failure(IoFailure.Last("open", segment.Path));
        var file = new SafeFileHandle(number, ownsHandle: true);
        FileStatus status;
        if (Libc.Stat(file, "", Libc.AT_EMPTY_PATH, Libc.STATX_BASIC_STATS, &status) == 0)
            return new SegmentFile(segment, file, status);
        IoFailure failure = IoFailure.Last("stat", segment.Path);
        file.Dispose();
        throw Failure(failure);
    }

    /// <summary>Adds a record behind what was committed or added before.</summary>
    /// <exception cref="StoreException">It cannot be written.</exception>
    public void Add(ReadOnlySpan<byte> name, ReadOnlySpan<byte> document)
    {
        int length = SpoolRecord.Length(name.Length, document.Length);
        if (length > _gathered.Length - _gatheredBytes)
            Flush();
        if (length <= _gathered.Length)
        {
            SpoolRecord.Write(_gathered.AsSpan(_gatheredBytes, length), name, document);
            _gatheredBytes += length;
            return;
        }
        byte[] record = new byte[length];
        SpoolRecord.Write(record, name, document);
        Append(record);
    }

    /// <summary>Writes what was gathered.</summary>
    /// <returns>Where the last record ends.</returns>
    /// <exception cref="StoreException">It cannot be written.</exception>
    public long Flush()
    {
        Append(_gathered.AsSpan(0, _gatheredBytes));
        _gatheredBytes = 0;
        return _written;
    }

    /// <summary>Takes back what was added since the last commit.</summary>
    /// <returns>False when it stays in the file.</returns>
    public bool TryCutBack()
    {
        _gatheredBytes = 0;
        _written = Segment.Length;
        return Libc.Truncate(_file, Segment.Length) == 0;
    }

    /// <summary>Whether the path still leads to this file.</summary>
    public bool IsStillThere()
    {
        FileStatus status;
        return Libc.Stat(Libc.AT_FDCWD, Segment.Path, 0, Libc.STATX_BASIC_STATS, &status) == 0 && status.SameFile(_identity);
    }

    /// <summary>Puts what was written on the disk.</summary>
    /// <returns>The call that failed, or null.</returns>
    public IoFailure? Sync() => Libc.SyncData(_file) == 0 ? null : IoFailure.Last("synchronise", Segment.Path);

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();

    private void Append(ReadOnlySpan<byte> bytes)
    {
        fixed (byte* start = bytes)
        {
            for (int done = 0; done < bytes.Length;)
            {
                IoVector vector = new() { Address = start + done, Length = (nuint)(bytes.Length - done) };
                nint written = Libc.WriteVector(_file, &vector, 1);
                if (written >= 0)
                    done += (int)written;
                else if (IoFailure.Last("write", Segment.Path) is { Errno: not Libc.EINTR } failure)
                    throw Failure(failure);
            }
        }
        _written += bytes.Length;
    }

    private static StoreException Failure(IoFailure failure) => new(failure.Stage, failure.ToString());
}
