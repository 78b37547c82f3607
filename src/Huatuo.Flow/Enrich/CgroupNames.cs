using System.Diagnostics.CodeAnalysis;

namespace Huatuo.Flow.Enrich;

/// <summary>A cgroup by its kernfs id: path and container, remembered. Bounded; a cgroup that is gone is remembered as such.</summary>
/// <param name="resolve">Asks the kernel, some microseconds each.</param>
internal sealed class CgroupNames(CgroupNames.Resolve resolve)
{
    /// <summary>Finds the path of a cgroup by its kernfs id.</summary>
    internal delegate bool Resolve(ulong id, [NotNullWhen(true)] out string? path);

    private const int Capacity = 8192;
    private readonly Dictionary<ulong, Cgroup> _known = [];
    private readonly Lock _lock = new();

    /// <summary>Finds a cgroup; 0 is none.</summary>
    internal Cgroup? Find(ulong id)
    {
        if (id == 0)
            return null;
        lock (_lock)
        {
            if (_known.TryGetValue(id, out Cgroup? known))
                return known;
            if (_known.Count == Capacity)
                _known.Clear();
            return _known[id] = resolve(id, out string? path) ? Cgroup.Of(path) : Cgroup.Gone;
        }
    }
}
