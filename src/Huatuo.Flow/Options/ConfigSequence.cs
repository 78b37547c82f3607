namespace Huatuo.Flow.Options;

/// <summary>A list of nodes.</summary>
/// <param name="position">Where it starts.</param>
/// <param name="items">The nodes in order.</param>
public sealed class ConfigSequence(Position position, IReadOnlyList<ConfigNode> items) : ConfigNode(position)
{
    /// <summary>The nodes in order.</summary>
    public IReadOnlyList<ConfigNode> Items { get; } = items;

    /// <inheritdoc/>
    public override string Describe() => "a list";
}
