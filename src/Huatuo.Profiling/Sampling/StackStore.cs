using Huatuo.Bpf.Abi;

namespace Huatuo.Profiling.Sampling;

/// <summary>
/// The addresses of the stacks that were taken out of the kernel, by their hash. Those that were not asked for longest make
/// room: a task that waits comes back to its stack late.
/// </summary>
/// <param name="mostAddresses">How many addresses it keeps at most.</param>
internal sealed class StackStore(int mostAddresses = StackStore.MostAddresses)
{
    /// <summary>How many addresses it keeps at most, unless told otherwise.</summary>
    internal const int MostAddresses = 1 << 20;

    private Dictionary<ulong, ulong[]> _stacks = [];
    private Dictionary<ulong, ulong[]> _older = [];
    private int _addresses;

    internal void Add(ulong id, ProfileStack stack)
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
        if (_addresses + addresses.Length > mostAddresses / 2)
        {
            (_older, _stacks) = (_stacks, []);
            _addresses = 0;
        }
        _stacks[id] = addresses;
        _addresses += addresses.Length;
    }
}
