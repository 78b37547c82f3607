using Huatuo.Flow.Tracing;
using Huatuo.Linux.Proc;

namespace Huatuo.Tracers.Collecting;

/// <summary>A file of <c>/proc/net/stat</c>: a line of names, then for each CPU a line of as many hexadecimal numbers.</summary>
/// <param name="file">The file.</param>
/// <param name="skipped">Counts lines that are none.</param>
internal sealed class PerCpuCounts(ByteFile file, SkippedLines skipped)
{
    private const int MaxNames = 64;
    private readonly ByteTable<string> _names = new(name => name, MaxNames * 2);
    private readonly string[] _columns = new string[MaxNames];
    private readonly ulong[] _sums = new ulong[MaxNames];

    /// <summary>The number of the first column, which is the same on each CPU; null without a line.</summary>
    internal ulong? Entries { get; private set; }

    /// <summary>The names of all columns as read last.</summary>
    internal ReadOnlySpan<string> Names => _columns.AsSpan(0, Count);

    /// <summary>Over all CPUs, for each of the names.</summary>
    internal ReadOnlySpan<ulong> Sums => _sums.AsSpan(0, Count);

    private int Count { get; set; }

    /// <summary>Reads the file.</summary>
    /// <returns>False when it is missing.</returns>
    internal bool Read()
    {
        Count = 0;
        Entries = null;
        if (!file.TryRead(out ReadOnlySpan<byte> content))
            return false;
        var lines = new LineReader(content);
        if (!lines.TryNext(out ReadOnlySpan<byte> head))
            return false;
        var names = new FieldReader(head);
        while (Count < MaxNames && names.TryNext(out ReadOnlySpan<byte> name))
            _columns[Count++] = _names.Get(name);
        _sums.AsSpan().Clear();
        while (lines.TryNext(out ReadOnlySpan<byte> line))
            if (!TryAdd(line))
                skipped.Add();
        return true;
    }

    private bool TryAdd(ReadOnlySpan<byte> line)
    {
        Span<ulong> numbers = stackalloc ulong[MaxNames];
        var fields = new FieldReader(line);
        for (int i = 0; i < Count; i++)
            if (!fields.TryHex(out numbers[i]))
                return false;
        for (int i = 0; i < Count; i++)
            _sums[i] = unchecked(_sums[i] + numbers[i]);
        Entries = Count > 0 ? numbers[0] : null;
        return true;
    }
}
