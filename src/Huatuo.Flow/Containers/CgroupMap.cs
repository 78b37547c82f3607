using System.Collections.Concurrent;

namespace Huatuo.Flow.Containers;

/// <summary>Cgroups by their kernfs id: those that exist, and for a while those that did. Found without a lock; changed under the caller's.</summary>
/// <param name="maxLive">How many that exist are kept; what comes later is asked for each time.</param>
/// <param name="maxEnded">How many removed ones are kept.</param>
/// <param name="keep">How long a removed one is kept.</param>
/// <param name="time">Time.</param>
internal sealed class CgroupMap(int maxLive, int maxEnded, TimeSpan keep, TimeProvider time)
{
    private readonly ConcurrentDictionary<ulong, Cgroup> _known = new();
    private readonly Queue<(ulong Id, Cgroup Cgroup, long At)> _ended = new();

    /// <summary>Those that exist.</summary>
    internal int Live { get; private set; }

    /// <summary>Removed ones that are kept.</summary>
    internal int Ended => _ended.Count;

    /// <summary>Cgroups that found no room.</summary>
    internal long Refused { get; private set; }

    internal Cgroup? Find(ulong id) => _known.GetValueOrDefault(id);

    /// <summary>Whether one more that exists can be kept; counts those that cannot.</summary>
    internal bool HasRoom()
    {
        if (Live < maxLive)
            return true;
        Refused++;
        return false;
    }

    /// <summary>A cgroup exists that was not known to.</summary>
    internal void Add(ulong id, Cgroup cgroup)
    {
        cgroup.Seen = time.GetTimestamp();
        _known[id] = cgroup;
        Live++;
    }

    /// <summary>A cgroup that exists is another container's.</summary>
    internal void Replace(ulong id, Cgroup cgroup)
    {
        cgroup.Seen = time.GetTimestamp();
        _known[id] = cgroup;
    }

    /// <summary>A cgroup exists no more, known until now or not.</summary>
    internal void End(ulong id, Cgroup cgroup)
    {
        if (Find(id) is { IsEnded: false })
            Live--;
        cgroup.IsEnded = true;
        _known[id] = cgroup;
        _ended.Enqueue((id, cgroup, time.GetTimestamp()));
    }

    /// <summary>Forgets what ended too long ago, or was too much.</summary>
    internal void Expire(Action<Cgroup> forgotten)
    {
        while (_ended.TryPeek(out (ulong Id, Cgroup Cgroup, long At) oldest)
            && (_ended.Count > maxEnded || time.GetElapsedTime(oldest.At) >= keep))
        {
            _ended.Dequeue();
            _known.TryRemove(new KeyValuePair<ulong, Cgroup>(oldest.Id, oldest.Cgroup));
            forgotten(oldest.Cgroup);
        }
    }

    /// <summary>The containers of those that exist, some more than once.</summary>
    internal IEnumerable<Container> Containers() => _known.Values.Where(cgroup => !cgroup.IsEnded).Select(cgroup => cgroup.Container).OfType<Container>();

    /// <summary>Those that were there before a reading began and are not in it.</summary>
    internal List<KeyValuePair<ulong, Cgroup>> Missing(IReadOnlySet<ulong> present, long began) =>
        [.. _known.Where(one => !one.Value.IsEnded && one.Value.Seen < began && !present.Contains(one.Key))];
}
