using System.Runtime.InteropServices;
using Huatuo.Flow.Enrich;

namespace Huatuo.Flow.Metrics.Kernel;

/// <summary>
/// Counters that a BPF program keeps for each cgroup (<c>cgroups.h</c>), as those of containers: of all cgroups within one,
/// for as long as one of them is there. Cgroups of no container are left out; those for which the map had no room are
/// <see cref="Other"/>. Allocates for what is new only.
/// </summary>
/// <typeparam name="TCounters">Fields of 64 bits.</typeparam>
public sealed class ContainerCounters<TCounters>
    where TCounters : unmanaged
{
    /// <summary>The id under which cgroups without an entry of their own are counted together.</summary>
    public const string Other = "other";

    private const ulong NoRoom = 0;
    private readonly Func<ulong, string?> _container;
    private readonly Dictionary<ulong, Known> _cgroups = [];
    private readonly List<ContainerRow<TCounters>> _rows = [];
    private readonly List<ulong> _gone = [];
    private long _reading;

    /// <param name="identity">Tells the container of a cgroup.</param>
    public ContainerCounters(EventIdentity identity)
        : this(id => identity.Find(id)?.Container?.Id)
    {
    }

    internal ContainerCounters(Func<ulong, string?> container) => _container = container;

    /// <summary>The containers, and <see cref="Other"/> when there is such.</summary>
    public ReadOnlySpan<ContainerRow<TCounters>> Rows => CollectionsMarshal.AsSpan(_rows);

    /// <summary>Takes a new reading of the map.</summary>
    /// <param name="cgroups">Ids of cgroups, each once.</param>
    /// <param name="counters">What they counted.</param>
    public void Update(ReadOnlySpan<ulong> cgroups, ReadOnlySpan<TCounters> counters)
    {
        _reading++;
        foreach (ContainerRow<TCounters> row in _rows)
            row.Begin();
        for (int i = 0; i < cgroups.Length; i++)
        {
            if (cgroups[i] == NoRoom && IsZero(counters[i]))
                continue;
            if (!_cgroups.TryGetValue(cgroups[i], out Known? known))
                _cgroups.Add(cgroups[i], known = new Known(RowOf(cgroups[i])));
            (known.Last, known.Reading) = (counters[i], _reading);
            known.Row?.Add(counters[i]);
        }
        foreach ((ulong id, Known known) in _cgroups)
            if (known.Reading != _reading)
                _gone.Add(id);
        foreach (ulong id in _gone)
            if (_cgroups.Remove(id, out Known? known))
                known.Row?.End(known.Last);
        _gone.Clear();
        _rows.RemoveAll(row => row.Cgroups == 0);
    }

    private ContainerRow<TCounters>? RowOf(ulong cgroup)
    {
        if ((cgroup == NoRoom ? Other : _container(cgroup)) is not { } id)
            return null;
        foreach (ContainerRow<TCounters> row in _rows)
            if (row.Id == id)
                return row;
        var added = new ContainerRow<TCounters>(id);
        _rows.Add(added);
        return added;
    }

    private static bool IsZero(in TCounters counters) =>
        !MemoryMarshal.Cast<TCounters, ulong>(new ReadOnlySpan<TCounters>(in counters)).ContainsAnyExcept(0UL);

    private sealed class Known(ContainerRow<TCounters>? row)
    {
        internal ContainerRow<TCounters>? Row { get; } = row;

        internal TCounters Last { get; set; }

        internal long Reading { get; set; }
    }
}
