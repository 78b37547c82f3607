using System.Diagnostics.CodeAnalysis;

namespace Huatuo.Flow.Tracing;

/// <summary>What tracers may be called where a name is put in.</summary>
public sealed class TracerNames
{
    private readonly Dictionary<string, string> _names = [];

    /// <param name="names">The wire names.</param>
    /// <param name="aliases">Wire names by their aliases.</param>
    /// <exception cref="ArgumentException">A name stands for two tracers, or an alias for none.</exception>
    public TracerNames(IEnumerable<string> names, IEnumerable<KeyValuePair<string, string>>? aliases = null)
    {
        Names = [.. names];
        foreach (string name in Names)
            Add(name, name);
        foreach ((string alias, string name) in aliases ?? [])
            Add(alias, Names.Contains(name) ? name : throw new ArgumentException($"'{alias}' is an alias of '{name}', which is no tracer", nameof(aliases)));
    }

    /// <summary>The wire names.</summary>
    public IReadOnlyList<string> Names { get; }

    /// <summary>The names of tracers.</summary>
    /// <exception cref="ArgumentException">A name stands for two of them.</exception>
    public static TracerNames Of(IReadOnlyList<TracerDefinition> tracers) => new(
        tracers.Select(tracer => tracer.Name), tracers.SelectMany(tracer => tracer.Aliases, (tracer, alias) => KeyValuePair.Create(alias, tracer.Name)));

    /// <summary>Looks a name or alias up.</summary>
    /// <param name="name">What was put in.</param>
    /// <param name="wireName">The tracer's one name.</param>
    public bool TryFind(string name, [NotNullWhen(true)] out string? wireName) => _names.TryGetValue(name, out wireName);

    private void Add(string name, string wireName)
    {
        if (!_names.TryAdd(name, wireName))
            throw new ArgumentException($"'{name}' is a name of '{_names[name]}' and of '{wireName}'", nameof(name));
    }
}
