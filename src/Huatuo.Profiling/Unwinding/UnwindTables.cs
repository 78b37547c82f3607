using Huatuo.Bpf;
using Huatuo.Bpf.Maps;

namespace Huatuo.Profiling.Unwinding;

/// <summary>
/// The tables of files in the kernel, by build id: one for all processes, containers and profilers. What no process has mapped any more is
/// freed after a while, or when there is no room.
/// </summary>
/// <param name="mostBytes">What they may take in the kernel.</param>
/// <param name="time">Time.</param>
internal sealed class UnwindTables(long mostBytes, TimeProvider time) : IDisposable
{
    /// <summary>How many parts there are at most.</summary>
    internal const int Most = 1024;

    // A program that is started again and again finds its table.
    private static readonly TimeSpan s_idle = TimeSpan.FromSeconds(30);

    private readonly Dictionary<string, LoadedTable> _known = [];
    private readonly Stack<uint> _free = new(Enumerable.Range(0, Most).Reverse().Select(number => (uint)number));
    private readonly List<int> _outers = [];

    /// <summary>What they take in the kernel.</summary>
    internal long Bytes { get; private set; }

    /// <summary>How many files have one.</summary>
    internal int Count { get; private set; }

    /// <summary>What tells the files apart that are known.</summary>
    internal IEnumerable<string> Keys => _known.Keys;

    /// <summary>Files whose table there was no room for.</summary>
    internal long Refused { get; private set; }

    /// <summary>Time that went into making them.</summary>
    internal TimeSpan Spent { get; private set; }

    /// <summary>Puts all of them, and those to come, into a map of a profiler.</summary>
    /// <exception cref="BpfException">The kernel refuses.</exception>
    internal void Enter(int outer)
    {
        _outers.Add(outer);
        foreach (LoadedPart part in _known.Values.SelectMany(table => table.Parts))
            part.Map.PutInto(outer, part.Number);
    }

    /// <summary>The map is about to be closed.</summary>
    internal void Leave(int outer) => _outers.Remove(outer);

    /// <summary>Takes the table of a file for a process.</summary>
    /// <param name="key">What tells the file apart.</param>
    /// <param name="read">Makes its rules; null when the file cannot be read now, as when the process has just ended: that is not remembered.</param>
    /// <exception cref="BpfException">The kernel refuses.</exception>
    internal LoadedTable? Take(string key, Func<UnwindTable?> read)
    {
        if (!_known.TryGetValue(key, out LoadedTable? table))
        {
            long began = time.GetTimestamp();
            if (read() is not { } made)
                return null;
            _known[key] = table = Load(made);
            Spent += time.GetElapsedTime(began);
        }
        table.Users++;
        return table;
    }

    /// <summary>A process has it no more.</summary>
    internal void Release(LoadedTable table)
    {
        if (--table.Users == 0)
            table.IdleSince = time.GetTimestamp();
    }

    /// <summary>Frees what nobody has used for a while.</summary>
    internal void Free() => Free(s_idle);

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (LoadedPart part in _known.Values.SelectMany(table => table.Parts))
            part.Map.Dispose();
        _known.Clear();
    }

    private void Free(TimeSpan idle)
    {
        foreach ((string key, LoadedTable table) in _known.Where(known => known.Value.Users == 0 && time.GetElapsedTime(known.Value.IdleSince) >= idle).ToList())
        {
            _known.Remove(key);
            Bytes -= table.Bytes;
            Count -= table.Parts.Count > 0 ? 1 : 0;
            foreach (LoadedPart part in table.Parts)
                Drop(part);
        }
    }

    private LoadedTable Load(UnwindTable table)
    {
        UnwindTable.Part[] parts = [.. table.Parts()];
        long bytes = parts.Sum(part => (long)part.Pages * UnwindTable.PageBytes);
        if (!HasRoom(bytes, parts.Length))
            Free(TimeSpan.Zero);
        if (!HasRoom(bytes, parts.Length))
        {
            Refused++;
            parts = [];
        }
        List<LoadedPart> loaded = [];
        try
        {
            foreach (UnwindTable.Part part in parts)
                loaded.Add(Load(table, part));
        }
        catch
        {
            loaded.ForEach(Drop);
            throw;
        }
        var result = new LoadedTable(loaded);
        Bytes += result.Bytes;
        Count += loaded.Count > 0 ? 1 : 0;
        return result;
    }

    private bool HasRoom(long bytes, int parts) => Bytes + bytes <= mostBytes && parts <= _free.Count;

    private LoadedPart Load(UnwindTable table, UnwindTable.Part part)
    {
        var map = InnerMap.Create("unwind_table", UnwindTable.PageBytes, part.Pages, isOfAnySize: true);
        var loaded = new LoadedPart(part.Begin, _free.Pop(), map, (long)part.Pages * UnwindTable.PageBytes);
        try
        {
            byte[] page = new byte[UnwindTable.PageBytes];
            for (int number = 0; number < part.Pages; number++)
            {
                table.Write(part, number, page);
                map.Set((uint)number, page);
            }
            foreach (int outer in _outers)
                map.PutInto(outer, loaded.Number);
        }
        catch
        {
            Drop(loaded);
            throw;
        }
        return loaded;
    }

    private void Drop(LoadedPart part)
    {
        foreach (int outer in _outers)
            InnerMap.Remove(outer, part.Number);
        _free.Push(part.Number);
        part.Map.Dispose();
    }
}
