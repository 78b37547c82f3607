using Huatuo.Flow.Filter;

namespace Huatuo.Flow.Enrich;

/// <summary>One distinct kernel stack, symbolised once.</summary>
/// <param name="addresses">Return addresses as the kernel gave them.</param>
/// <param name="location">The address that the event names as its place.</param>
/// <param name="literal">The lines <c>symbol+0xoff [module]</c>, joined by line breaks, as a JSON string literal.</param>
/// <param name="functions">The function names, innermost first.</param>
/// <param name="locationIndex">Index of the frame of that address; -1 when it is in none.</param>
public sealed class StackText(ulong[] addresses, ulong location, byte[] literal, ReadOnlyMemory<byte>[] functions, int locationIndex)
{
    private Held? _held;

    /// <summary>No stack.</summary>
    public static StackText None { get; } = new([], 0, "\"\""u8.ToArray(), [], -1);

    /// <summary>A JSON string literal.</summary>
    public ReadOnlySpan<byte> Literal => literal;

    /// <summary>Function names in UTF-8, innermost first.</summary>
    public ReadOnlyMemory<ReadOnlyMemory<byte>> Functions => functions;

    /// <summary>Index in <see cref="Functions"/> of the frame that the event names as its place; -1 when it names none of them.</summary>
    public int Location => locationIndex;

    internal long Bytes => addresses.Length * 8L + literal.Length + functions.Sum(name => name.Length + 24L) + 100;

    internal bool Is(ReadOnlySpan<ulong> otherAddresses, ulong otherLocation) =>
        otherLocation == location && otherAddresses.SequenceEqual(addresses);

    /// <summary>The rules whose conditions on functions hold for this stack; asked of the rules once.</summary>
    internal ulong MaskOf(RuleSet rules)
    {
        // Tracers share it, on several threads.
        if (ReferenceEquals(this, None))
            return rules.MatchStack(new StackFrames(functions, locationIndex));
        Held? held = Volatile.Read(ref _held);
        if (!ReferenceEquals(held?.Rules, rules))
            Volatile.Write(ref _held, held = new Held(rules, rules.MatchStack(new StackFrames(functions, locationIndex))));
        return held!.Mask;
    }

    // Rules and their answer change together.
    private sealed record Held(RuleSet Rules, ulong Mask);
}
