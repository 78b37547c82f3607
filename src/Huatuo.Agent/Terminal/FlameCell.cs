namespace Huatuo.Agent.Terminal;

/// <summary>A frame in a row of a flame graph.</summary>
/// <param name="Node">Its node; <see cref="Narrow"/> for several that are each narrower than a column.</param>
/// <param name="Start">Where it begins, in columns.</param>
/// <param name="Width">How wide it is.</param>
internal readonly record struct FlameCell(int Node, double Start, double Width)
{
    internal const int Narrow = -1;

    /// <summary>The first column.</summary>
    internal int Column => (int)Math.Round(Start);

    /// <summary>The number of columns.</summary>
    internal int Columns => (int)Math.Round(Start + Width) - Column;
}
