using System.Collections.Concurrent;

namespace Huatuo.Flow.Containers;

/// <summary>
/// Whose the inode number of a network namespace is, and was: the kernel uses a number again as soon as its namespace is gone. Found
/// without a lock; changed under the caller's.
/// </summary>
internal sealed class NetnsTenures
{
    private readonly ConcurrentDictionary<uint, Tenure[]> _byInode = new();

    /// <summary>A container has it from now on, unless another that has not ended does.</summary>
    /// <param name="inode">The number.</param>
    /// <param name="container">The container.</param>
    /// <param name="sinceNs">When it was seen to begin, by the kernel's monotonic clock; 0 when it was found.</param>
    internal void Begin(uint inode, Container container, ulong sinceNs)
    {
        Tenure[] known = _byInode.GetValueOrDefault(inode) ?? [];
        if (known.Length > 0 && known[^1].UntilNs == ulong.MaxValue && known[^1].Container.IsLive)
            return;
        _byInode[inode] = [.. known.Where(one => one.UntilNs != ulong.MaxValue), new Tenure(container, sinceNs, ulong.MaxValue)];
    }

    /// <summary>A container has it no more.</summary>
    /// <param name="init">Its first process.</param>
    /// <param name="container">The container.</param>
    /// <param name="untilNs">Until when it surely had; 0 where that is not known, and then it is not asked any more.</param>
    internal void End(ContainerInit init, Container container, ulong untilNs)
    {
        if (!_byInode.TryGetValue(init.NetnsInode, out Tenure[]? known) || known[^1].Container != container || known[^1].UntilNs != ulong.MaxValue)
            return;
        // With a cookie it is found by that for as long as it is known.
        if (untilNs == 0 || init.NetnsCookie != 0)
            Forget(init.NetnsInode, container);
        else
            _byInode[init.NetnsInode] = [.. known[..^1], known[^1] with { UntilNs = untilNs }];
    }

    /// <summary>A container is not known any more.</summary>
    internal void Forget(uint inode, Container container)
    {
        if (!_byInode.TryGetValue(inode, out Tenure[]? known))
            return;
        Tenure[] left = [.. known.Where(one => one.Container != container)];
        if (left.Length > 0)
            _byInode[inode] = left;
        else
            _byInode.TryRemove(inode, out _);
    }

    /// <summary>Who had it at a time.</summary>
    /// <param name="inode">The number.</param>
    /// <param name="monotonicNs">The time.</param>
    /// <param name="isOnlyKey">Whether the namespace has no cookie; one that has is not that of a container that ended.</param>
    internal Container? Find(uint inode, ulong monotonicNs, bool isOnlyKey)
    {
        if (!_byInode.TryGetValue(inode, out Tenure[]? known))
            return null;
        for (int i = isOnlyKey ? 0 : known.Length - 1; i < known.Length; i++)
        {
            Tenure one = known[i];
            if (monotonicNs > one.UntilNs)
                continue;
            // Between two it was nobody's; what happened before the first one's program began was on its behalf.
            bool isBetween = i > 0 && monotonicNs < one.SinceNs, isAnothers = !isOnlyKey && one.UntilNs != ulong.MaxValue;
            return isBetween || isAnothers ? null : one.Container;
        }
        return null;
    }

    private readonly record struct Tenure(Container Container, ulong SinceNs, ulong UntilNs);
}
