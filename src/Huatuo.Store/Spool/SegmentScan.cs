using Microsoft.Win32.SafeHandles;

namespace Huatuo.Store.Spool;

/// <summary>Reads the records of a segment in order. What is damaged is passed over, up to the next whole record.</summary>
/// <param name="file">The segment.</param>
/// <param name="from">Where a record begins.</param>
/// <param name="to">Where the last one ends.</param>
/// <param name="window">Bytes that are read at a time; more for a longer record.</param>
internal sealed class SegmentScan(SafeFileHandle file, long from, long to, byte[] window)
{
    private byte[] _window = window;
    private long _windowAt = from;
    private int _filled;

    /// <summary>Where the record that was found last ends; the next begins there or, behind damage, later.</summary>
    public long Position { get; private set; } = from;

    /// <summary>Bytes that were no record.</summary>
    public long DamagedBytes { get; private set; }

    /// <summary>The memory to read with again.</summary>
    public byte[] Window => _window;

    /// <summary>Finds the next whole record.</summary>
    /// <param name="name">The tracer's name; valid until the next call.</param>
    /// <param name="document">The document; valid until the next call.</param>
    /// <returns>False at the end.</returns>
    /// <exception cref="IOException">The segment cannot be read.</exception>
    public bool TryNext(out ReadOnlySpan<byte> name, out ReadOnlySpan<byte> document)
    {
        while (Position < to)
        {
            if (TryRecord(out name, out document))
                return true;
            Skip();
        }
        name = document = default;
        return false;
    }

    private bool TryRecord(out ReadOnlySpan<byte> name, out ReadOnlySpan<byte> document)
    {
        name = document = default;
        ReadOnlySpan<byte> header = Peek(SpoolRecord.HeaderBytes);
        if (header.Length < SpoolRecord.HeaderBytes || !SpoolRecord.TryLength(header, out int length) || length > to - Position)
            return false;
        ReadOnlySpan<byte> record = Peek(length);
        if (record.Length < length || !SpoolRecord.TryRead(record[..length], out name, out document))
            return false;
        Position += length;
        return true;
    }

    /// <summary>Goes on to where the next record may begin, at least a byte further.</summary>
    private void Skip()
    {
        long start = Position;
        Position++;
        while (Position < to)
        {
            ReadOnlySpan<byte> rest = Peek(SpoolRecord.HeaderBytes);
            int at = rest.IndexOf(SpoolRecord.Mark);
            if (at >= 0)
            {
                Position += at;
                break;
            }
            // A mark may begin in the last bytes that are there.
            int passed = rest.Length - SpoolRecord.Mark.Length + 1;
            Position = passed > 0 ? Position + passed : to;
        }
        DamagedBytes += Position - start;
    }

    /// <summary>The bytes from the position on, at least so many unless the segment ends.</summary>
    private ReadOnlySpan<byte> Peek(int bytes)
    {
        int at = (int)(Position - _windowAt);
        if (at > _filled)
            (_windowAt, _filled, at) = (Position, 0, 0);
        if (_filled - at < bytes && _windowAt + _filled < to)
        {
            _window.AsSpan(at, _filled - at).CopyTo(_window);
            (_windowAt, _filled, at) = (Position, _filled - at, 0);
            if (_window.Length < bytes)
                Array.Resize(ref _window, bytes);
            Fill();
        }
        return _window.AsSpan(at, _filled - at);
    }

    private void Fill()
    {
        while (_filled < _window.Length && _windowAt + _filled < to)
        {
            int wanted = (int)Math.Min(_window.Length - _filled, to - _windowAt - _filled);
            int read = RandomAccess.Read(file, _window.AsSpan(_filled, wanted), _windowAt + _filled);
            if (read == 0)
                return;
            _filled += read;
        }
    }
}
