using System.Runtime.InteropServices;
using Huatuo.Bpf.Abi;

namespace Huatuo.Profiling.Sampling;

/// <summary>Which stack each key that still holds something was put on; as many as the kernel's map of what is held has room for.</summary>
internal sealed class HeldStacks
{
    private Dictionary<ProfileKey, Held> _held = new(new SameKey());

    internal int Count => _held.Count;

    /// <summary>The profile and node of a key; no profile when it holds nothing.</summary>
    internal (Profile? Profile, int Node) Find(in ProfileKey key)
    {
        Held held = _held.GetValueOrDefault(key);
        return (held.Profile, held.Node);
    }

    /// <summary>Notes that a key holds more, or less; forgotten when it holds nothing.</summary>
    internal void Add(in ProfileKey key, Profile profile, int node, long count, long bytes)
    {
        Held before = _held.GetValueOrDefault(key);
        if (before.Count + count == 0 && before.Bytes + bytes == 0)
            _held.Remove(key);
        else
            _held[key] = new Held(profile, node, before.Count + count, before.Bytes + bytes);
    }

    /// <summary>Puts all that is held into other profiles, and forgets what has no room there.</summary>
    /// <param name="place">Gives the profile and node of a key, from where it was.</param>
    internal void Move(Func<ProfileKey, Profile, int, (Profile? Profile, int Node)> place)
    {
        var moved = new Dictionary<ProfileKey, Held>(_held.Count, _held.Comparer);
        foreach ((ProfileKey key, Held held) in _held)
        {
            (Profile? profile, int node) = place(key, held.Profile, held.Node);
            if (profile is null || node == StackTree.Root)
                continue;
            profile.Stacks.AddTo(node, held.Count, 0, held.Bytes);
            moved[key] = held with { Profile = profile, Node = node };
        }
        _held = moved;
    }

    internal void Clear() => _held.Clear();

    private readonly record struct Held(Profile Profile, int Node, long Count, long Bytes);

    // In whatever generation.
    private sealed class SameKey : IEqualityComparer<ProfileKey>
    {
        public bool Equals(ProfileKey left, ProfileKey right)
        {
            left.Generation = right.Generation = 0;
            return Bytes(in left).SequenceEqual(Bytes(in right));
        }

        public int GetHashCode(ProfileKey key)
        {
            key.Generation = 0;
            var hash = new HashCode();
            hash.AddBytes(Bytes(in key));
            return hash.ToHashCode();
        }

        private static ReadOnlySpan<byte> Bytes(in ProfileKey key) => MemoryMarshal.AsBytes(new ReadOnlySpan<ProfileKey>(in key));
    }
}
