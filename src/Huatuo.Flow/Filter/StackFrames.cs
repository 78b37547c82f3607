namespace Huatuo.Flow.Filter;

/// <summary>The functions of one kernel stack.</summary>
/// <param name="functions">Symbol names in UTF-8 without offset, innermost first; empty where the name is not known.</param>
/// <param name="dropLocation">The index of the frame that holds <c>drop_location</c>; -1 when none does.</param>
public readonly ref struct StackFrames(ReadOnlySpan<ReadOnlyMemory<byte>> functions, int dropLocation)
{
    /// <summary>Symbol names in UTF-8 without offset, innermost first; empty where the name is not known.</summary>
    public ReadOnlySpan<ReadOnlyMemory<byte>> Functions { get; } = functions;

    /// <summary>The index of the frame that holds <c>drop_location</c>; -1 when none does.</summary>
    public int DropLocation { get; } = dropLocation;
}
