namespace Huatuo.Flow.Filter;

/// <summary>Holds when the stack has one of some functions.</summary>
/// <remarks>What a compiler adds to a name (<c>.constprop.0</c>, <c>.isra.0</c>, <c>.cold</c>) is ignored.</remarks>
/// <param name="Names">The functions, any of which will do.</param>
/// <param name="At">
/// The frame where it must be, counted from the one that holds <c>drop_location</c> (0) towards the callers; null for
/// anywhere. Without such a frame in the stack no position holds.
/// </param>
public sealed record FunctionCondition(IReadOnlyList<string> Names, int? At = null)
{
    /// <summary>The highest position: the kernel gives at most 127 frames.</summary>
    public const int LastPosition = 126;
}
