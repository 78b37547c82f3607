using Huatuo.Linux.Proc;

namespace Huatuo.Profiling.Symbols;

/// <summary>
/// The functions that a runtime compiled, as it writes them into <c>/tmp/perf-PID.map</c> while it goes on: lines
/// <c>address size name</c> in hexadecimal digits. Where two lie in the same place, the later one does.
/// </summary>
internal sealed class PerfMap
{
    private const int LongestName = 4096, MostEntries = 1 << 20;
    private const int Part = 1 << 20;
    private readonly List<FunctionTable.Entry> _entries = [];
    private readonly List<byte> _names = [];
    private FunctionTable _table = FunctionTable.Empty;
    private long _read;

    /// <summary>The functions read so far.</summary>
    internal FunctionTable Functions => _table;

    /// <summary>Reads what was added since; all of it again when the file has become shorter.</summary>
    internal void Read(ByteSource file)
    {
        if (file.Length < _read)
        {
            _entries.Clear();
            _names.Clear();
            _read = 0;
        }
        long before = _read;
        byte[] buffer = GC.AllocateUninitializedArray<byte>((int)Math.Min(Part, file.Length - _read));
        while (_read < file.Length && _entries.Count < MostEntries)
        {
            Span<byte> part = buffer.AsSpan(0, (int)Math.Min(buffer.Length, file.Length - _read));
            if (!file.TryRead(_read, part))
                break;
            int end = part.LastIndexOf((byte)'\n');
            // The last line is being written; one longer than a part is none.
            if (end < 0 && part.Length < buffer.Length)
                break;
            _read += end < 0 ? part.Length : end + 1;
            Parse(part[..(end + 1)]);
        }
        if (_read != before)
            _table = FunctionTable.Of([.. _entries], [.. _names]);
    }

    private void Parse(ReadOnlySpan<byte> text)
    {
        for (var lines = new LineReader(text); lines.TryNext(out ReadOnlySpan<byte> line) && _entries.Count < MostEntries;)
        {
            // Some runtimes write 0x before the address.
            var fields = new FieldReader(line.StartsWith("0x"u8) ? line[2..] : line);
            if (!fields.TryHex(out ulong start) || !fields.TryHex(out ulong bytes))
                continue;
            ReadOnlySpan<byte> name = fields.Rest;
            if (name.IsEmpty || name.Length > LongestName || _names.Count > int.MaxValue - LongestName)
                continue;
            _entries.Add(new FunctionTable.Entry(start, bytes, -_entries.Count, _names.Count, name.Length));
            _names.AddRange(name);
        }
    }
}
