namespace Huatuo.Flow.Options;

/// <summary>A node of parsed configuration, whatever it was written in: a scalar, a sequence or a mapping.</summary>
/// <param name="position">Where the node starts.</param>
public abstract class ConfigNode(Position position)
{
    /// <summary>Where the node starts.</summary>
    public Position Position { get; } = position;

    /// <summary>What the node is, in the words of an error message.</summary>
    public abstract string Describe();
}
