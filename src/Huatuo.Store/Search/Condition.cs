using System.Text.Json;

namespace Huatuo.Store.Search;

/// <summary>Something that must hold for a document; told of every value in it.</summary>
internal abstract class Condition
{
    /// <summary>Whether it holds for what was seen of the document.</summary>
    public bool Holds { get; protected set; }

    /// <summary>
    /// Words that every document holds for which this holds, of each group at least one; they narrow the search.
    /// </summary>
    public virtual IEnumerable<IReadOnlyList<SoughtWord>> Implied => [];

    /// <summary>A new document begins.</summary>
    public virtual void Begin() => Holds = false;

    /// <summary>A value.</summary>
    /// <param name="path">The dotted path from the root of the document; elements of an array have the array's.</param>
    /// <param name="name">The last part of the path.</param>
    /// <param name="token">What it is.</param>
    /// <param name="value">A string without its escapes, else as it is written.</param>
    public abstract void See(ReadOnlySpan<byte> path, ReadOnlySpan<byte> name, JsonTokenType token, ReadOnlySpan<byte> value);
}
