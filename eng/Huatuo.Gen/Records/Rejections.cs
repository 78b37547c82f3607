namespace Huatuo.Gen.Records;

/// <summary>What the ABI of one source may not hold, collected so that all of it is reported at once.</summary>
/// <param name="source">The source file, for the report.</param>
internal sealed class Rejections(string source)
{
    private readonly SortedSet<string> _lines = new(StringComparer.Ordinal);

    /// <summary>One line each: file, type, member, reason.</summary>
    public IReadOnlyCollection<string> Lines => _lines;

    public void Add(string place, string reason) => _lines.Add($"{source}: {place}: {reason}");

    public void Add(string type, string member, string reason) => Add($"{type}, member {member}", reason);
}
