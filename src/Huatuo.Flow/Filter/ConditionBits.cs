using System.Runtime.CompilerServices;

namespace Huatuo.Flow.Filter;

/// <summary>One bit for each field condition of a rule set.</summary>
[InlineArray(Words)]
internal struct ConditionBits
{
    /// <summary>How many conditions there can be.</summary>
    public const int Capacity = Words * 64;

    private const int Words = 16;

    private ulong _word;

    public void Set(int bit) => this[bit >> 6] |= 1UL << bit;

    public void Clear(int bit) => this[bit >> 6] &= ~(1UL << bit);

    public readonly bool IsSet(int bit) => (this[bit >> 6] >> bit & 1) != 0;

    /// <summary>Whether all bits from one up to, but without, another are set.</summary>
    public readonly bool AreSet(int start, int end)
    {
        for (int bit = start; bit < end; bit++)
        {
            if (!IsSet(bit))
                return false;
        }

        return true;
    }
}
