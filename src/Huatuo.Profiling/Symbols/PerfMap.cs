using Huatuo.Linux.Proc;

namespace Huatuo.Profiling.Symbols;

/// <summary>
/// The functions that a runtime compiled, as it writes them into <c>/tmp/perf-PID.map</c> while it goes on: lines
/// <c>address size name</c> in hexadecimal digits, with or without <c>0x</c>. Where two lie in the same place, the later one does.
/// </summary>
/// <param name="room">What all maps have in common; any process can offer one of any length.</param>
internal sealed class PerfMap(PerfMapRoom room)
{
    private const int Part = 1 << 20;
    private const long MostRead = 256 << 20;
    private readonly byte[] _last = new byte[64];
    private FunctionList _functions = new();
    private FunctionTable _table = FunctionTable.Empty;
    private long _at, _read;
    private int _lastLength;
    private bool _isOver;

    /// <summary>The functions read so far.</summary>
    internal FunctionTable Functions => _table;

    /// <summary>About what it takes in memory.</summary>
    internal long Bytes => _functions.Bytes;

    /// <summary>Reads what was added since; all of it again when the file was written anew, as that of Java is.</summary>
    internal void Read(ByteSource file)
    {
        if (_isOver)
            return;
        Span<byte> last = stackalloc byte[_lastLength];
        if (file.Length < _at || !file.TryRead(_at - _lastLength, last) || !last.SequenceEqual(_last.AsSpan(0, _lastLength)))
        {
            _functions = new FunctionList();
            _at = _lastLength = 0;
        }
        long before = _at;
        byte[] buffer = GC.AllocateUninitializedArray<byte>((int)Math.Min(Part, file.Length - _at));
        while (_at < file.Length && !_isOver && room.TryRead(buffer.Length))
        {
            Span<byte> part = buffer.AsSpan(0, (int)Math.Min(buffer.Length, file.Length - _at));
            if (!file.TryRead(_at, part))
                break;
            int end = part.LastIndexOf((byte)'\n') + 1;
            // No runtime writes a line as long as a part.
            _isOver = (end == 0 && part.Length == Part) || (_read += end) > MostRead;
            // The last line is being written.
            if (end == 0)
                break;
            _at += end;
            _lastLength = Math.Min(end, _last.Length);
            part[(end - _lastLength)..end].CopyTo(_last);
            Parse(part[..end]);
        }
        if (_at != before)
            _table = _functions.TableOfLatest();
    }

    private void Parse(ReadOnlySpan<byte> text)
    {
        long bytes = _functions.Bytes;
        for (var lines = new LineReader(text); lines.TryNext(out ReadOnlySpan<byte> line);)
        {
            var fields = new FieldReader(line);
            if (fields.TryHex(out ulong start) && fields.TryHex(out ulong size) && !_functions.TryAdd(start, size, -_functions.Count, fields.Rest))
                _isOver = true;
        }
        room.Take(_functions.Bytes - bytes);
    }
}
