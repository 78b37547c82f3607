using Huatuo.Bpf.Abi;

namespace Huatuo.Profiling.Unwinding;

/// <summary>How to get from the code of an address to its caller.</summary>
/// <param name="Kind">What the frame's address is reckoned from.</param>
/// <param name="Cfa">And how far from it, in words.</param>
/// <param name="Base">Where the caller's base pointer is: an <see cref="UnwindBase"/>, or words from the frame's address.</param>
internal readonly record struct UnwindRule(UnwindKind Kind, short Cfa, sbyte Base)
{
    /// <summary>It is not known, or cannot be said in a row.</summary>
    internal static UnwindRule None => default;
}

/// <summary>Rules by the address from which on they hold, in order.</summary>
/// <param name="most">How many it keeps at most.</param>
internal sealed class UnwindRules(int most)
{
    private readonly List<(ulong Pc, UnwindRule Rule)> _rules = [];

    internal int Count => _rules.Count;

    /// <summary>Whether there were more than it keeps; the last one is then <see cref="UnwindRule.None"/>.</summary>
    internal bool IsCut { get; private set; }

    internal (ulong Pc, UnwindRule Rule) this[int index] => _rules[index];

    /// <summary>A rule holds from an address on; one that was to hold from the same on never does. What goes back is left out.</summary>
    internal void Add(ulong pc, UnwindRule rule)
    {
        if (IsCut || (_rules.Count > 0 && pc < _rules[^1].Pc))
            return;
        if (_rules.Count > 0 && pc == _rules[^1].Pc)
            _rules.RemoveAt(_rules.Count - 1);
        if (_rules.Count > 0 && _rules[^1].Rule == rule)
            return;
        IsCut = _rules.Count >= most - 1;
        _rules.Add((pc, IsCut ? UnwindRule.None : rule));
    }
}
