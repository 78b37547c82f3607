using Huatuo.Bpf.Abi;

namespace Huatuo.Profiling.Sampling;

/// <summary>The addresses of the stacks that were taken out of the kernel, by their hash.</summary>
internal sealed class StackStore
{
    /// <summary>How many addresses it keeps at most.</summary>
    internal const int MostAddresses = 4 << 20;

    private readonly Dictionary<ulong, ulong[]> _stacks = [];
    private int _addresses;

    internal void Add(ulong id, ProfileStack stack)
    {
        ReadOnlySpan<ulong> addresses = stack.Addresses;
        int frames = (int)Math.Min(stack.Frames, (uint)addresses.Length);
        if (_addresses + frames > MostAddresses || !_stacks.TryAdd(id, addresses[..frames].ToArray()))
            return;
        _addresses += frames;
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
        bool isKnown = _stacks.TryGetValue(id, out ulong[]? found);
        addresses = found;
        return isKnown;
    }
}
