using System.Runtime.InteropServices;
using Huatuo.Bpf.Abi;

namespace Huatuo.Profiling.Sampling;

/// <summary>Which stack each key that still holds something was put on; as many as the kernel's map of what is held has room for.</summary>
internal sealed class HeldStacks
{
    private readonly Dictionary<ProfileKey, (int Node, long Count)> _held = new(new SameKey());

    internal int Count => _held.Count;

    /// <summary>The node of a key; that of the root when it holds nothing.</summary>
    internal int Find(in ProfileKey key) => _held.GetValueOrDefault(key).Node;

    /// <summary>Notes that a key holds more, or less; forgotten when it holds nothing.</summary>
    internal void Add(in ProfileKey key, int node, long count)
    {
        long all = _held.GetValueOrDefault(key).Count + count;
        if (all == 0)
            _held.Remove(key);
        else
            _held[key] = (node, all);
    }

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
