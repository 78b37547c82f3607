using Huatuo.Bpf.Abi;

namespace Huatuo.Profiling.Sampling;

/// <summary>
/// The addresses of the stacks that were taken out of the kernel, by their hash. Those that were not asked for longest make
/// room: a task that waits comes back to its stack late.
/// </summary>
/// <param name="mostWords">How many words of 8 bytes it takes at most.</param>
internal sealed class StackStore(int mostWords = StackStore.MostWords)
{
    /// <summary>How many words it takes at most, unless told otherwise.</summary>
    internal const int MostWords = 1 << 20;

    /// <summary>What a stack takes beside its addresses: the array's header, and an entry of a table that is half full.</summary>
    internal const int WordsBeside = 9;

    private Dictionary<ulong, ulong[]> _stacks = [];
    private Dictionary<ulong, ulong[]> _older = [];
    private int _words;

    internal void Add(ulong id, in ProfileStack stack)
    {
        ReadOnlySpan<ulong> addresses = stack.Addresses;
        int frames = (int)Math.Min(stack.Frames, (uint)addresses.Length);
        if (!_stacks.ContainsKey(id))
            Keep(id, addresses[..frames].ToArray());
    }

    /// <summary>The addresses of a stack, the innermost first.</summary>
    /// <param name="id">Its hash; 0 for none.</param>
    /// <param name="addresses">They.</param>
    /// <returns>False when it was not kept.</returns>
    internal bool TryGet(ulong id, out ReadOnlySpan<ulong> addresses)
    {
        addresses = default;
        if (id == 0)
            return true;
        if (!_stacks.TryGetValue(id, out ulong[]? found) && _older.TryGetValue(id, out found))
            Keep(id, found);
        addresses = found;
        return found is not null;
    }

    private void Keep(ulong id, ulong[] addresses)
    {
        int words = addresses.Length + WordsBeside;
        if (_words + words > mostWords / 2)
        {
            (_older, _stacks) = (_stacks, []);
            _words = 0;
        }
        _stacks[id] = addresses;
        _words += words;
    }
}
