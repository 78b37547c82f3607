namespace Huatuo.Flow.Options;

/// <summary>Collects everything that is wrong with a configuration, so that it can be mended in one go.</summary>
public sealed class Diagnostics
{
    /// <summary>How many errors are kept; the others are only counted.</summary>
    public const int Capacity = 100;

    private readonly List<Diagnostic> _errors = [];

    /// <summary>The errors in the order in which they were found, at most <see cref="Capacity"/>.</summary>
    public IReadOnlyList<Diagnostic> Errors => _errors;

    /// <summary>All errors, kept or not.</summary>
    public int Count { get; private set; }

    /// <summary>Whether something is wrong.</summary>
    public bool HasErrors => Count > 0;

    /// <summary>Adds an error.</summary>
    /// <param name="position">Where.</param>
    /// <param name="path">The dotted path of the key; empty when the trouble is with the text itself.</param>
    /// <param name="message">What is wrong and what to write instead.</param>
    public void Add(Position position, string path, string message)
    {
        Count++;
        if (_errors.Count < Capacity)
            _errors.Add(new Diagnostic(position, path, message));
    }

    /// <summary>Adds the error that a key or name is not one of those known, with the nearest of them.</summary>
    /// <param name="position">Where.</param>
    /// <param name="path">The dotted path of the section, without the key.</param>
    /// <param name="name">What was written.</param>
    /// <param name="known">What could have been written.</param>
    /// <param name="what">What it is: <c>key</c>, <c>tracer</c>.</param>
    public void AddUnknown(Position position, string path, string name, IEnumerable<string> known, string what = "key")
    {
        if (_errors.Count < Capacity)
            Add(position, Join(path, name), $"unknown {what}{Nearest.Suggest(name, known)}");
        else
            Count++;
    }

    /// <summary>The node as a mapping; null when there is none, and an error when it is something else.</summary>
    /// <param name="node">A node or null; "no value" is an empty section.</param>
    /// <param name="path">The dotted path of the section.</param>
    public ConfigMapping? Mapping(ConfigNode? node, string path)
    {
        if (node is null or ConfigScalar { IsNull: true })
            return null;
        if (node is ConfigMapping mapping)
            return mapping;
        Add(node.Position, path, $"expected a mapping of keys, found {node.Describe()}");
        return null;
    }

    /// <summary>All errors, one per line.</summary>
    public override string ToString() =>
        string.Join('\n', _errors) + (Count > _errors.Count ? $"\nand {Count - _errors.Count} more errors" : "");

    /// <summary>The dotted path of a key in a section.</summary>
    internal static string Join(string section, string key) => section.Length == 0 ? key : $"{section}.{key}";
}
