namespace Huatuo.Flow.Options;

/// <summary>The keys of one section and the properties that they set.</summary>
/// <remarks>
/// An options class is a plain class whose initialisers are the defaults; nobody changes it after it is bound. A schema
/// is built once, by chained calls, and only read afterwards.
/// </remarks>
/// <typeparam name="T">The options class.</typeparam>
/// <param name="section">The section's key in the section above; empty for the root.</param>
public sealed class OptionSchema<T>(string section) : OptionSchema(section)
    where T : class, new()
{
    private readonly List<SchemaEntry<T>> _entries = [];
    private readonly List<string> _reserved = [];

    /// <inheritdoc/>
    public override IReadOnlyList<OptionKey> Keys => [.. Describe(new T())];

    private IEnumerable<string> Names => _entries.Select(entry => entry.Key).Concat(_reserved);

    /// <summary>Adds a key.</summary>
    /// <param name="key">The key, in <c>snake_case</c>.</param>
    /// <param name="type">How its values are written.</param>
    /// <param name="get">Gives the value.</param>
    /// <param name="set">Sets the value.</param>
    /// <param name="summary">What it does, in a sentence.</param>
    /// <param name="change">How another value comes to hold.</param>
    /// <exception cref="ArgumentException">The key is there already, or is not in <c>snake_case</c>.</exception>
    public OptionSchema<T> Add<TValue>(
        string key, OptionType<TValue> type, Func<T, TValue> get, Action<T, TValue> set, string summary, KeyChange change = KeyChange.Restart)
    {
        Claim(key);
        _entries.Add(new ValueEntry<T, TValue>(key, type, get, set, summary, change));
        return this;
    }

    /// <summary>Adds a nested section under its own name; its defaults are those of the object in the property.</summary>
    /// <param name="schema">The section's keys.</param>
    /// <param name="get">Gives the section's options.</param>
    /// <exception cref="ArgumentException">The key is there already, or is not in <c>snake_case</c>.</exception>
    public OptionSchema<T> AddSection<TSection>(OptionSchema<TSection> schema, Func<T, TSection> get)
        where TSection : class, new()
    {
        Claim(schema.Section);
        _entries.Add(new SectionEntry<T, TSection>(schema, get));
        return this;
    }

    /// <summary>Adds sections that are alike, each under a name of the user's.</summary>
    /// <param name="schema">The keys of each, all optional: one that is not written is not there.</param>
    /// <param name="get">Gives the sections by name.</param>
    /// <param name="placeholder">What stands for a name in the reference: <c>NAME</c>.</param>
    /// <exception cref="ArgumentException">The key is there already, or is not in <c>snake_case</c>.</exception>
    public OptionSchema<T> AddNamedSections<TSection>(OptionSchema<TSection> schema, Func<T, IDictionary<string, TSection>> get, string placeholder)
        where TSection : class, new()
    {
        Claim(schema.Section);
        _entries.Add(new NamedSectionsEntry<T, TSection>(schema, get, placeholder));
        return this;
    }

    /// <summary>Makes a key known that somebody else reads.</summary>
    /// <exception cref="ArgumentException">The key is there already, or is not in <c>snake_case</c>.</exception>
    public OptionSchema<T> Reserve(string key)
    {
        Claim(key);
        _reserved.Add(key);
        return this;
    }

    /// <inheritdoc/>
    public override T Bind(ConfigNode? section, Diagnostics diagnostics, string? path = null)
    {
        var options = new T();
        BindTo(options, section, diagnostics, path ?? Section);
        return options;
    }

    /// <inheritdoc/>
    public override KeyChange? ChangeOf(string path)
    {
        int dot = path.IndexOf('.');
        string key = dot < 0 ? path : path[..dot];
        return _entries.Find(known => known.Key == key)?.ChangeOf(dot < 0 ? "" : path[(dot + 1)..]);
    }

    /// <inheritdoc/>
    public override IEnumerable<EffectiveOption> Effective(object options, ConfigNode? section, string? path = null)
    {
        var mapping = section as ConfigMapping;
        return _entries.SelectMany(entry =>
            entry.Effective((T)options, mapping?.Find(entry.Key), Diagnostics.Join(path ?? Section, entry.Key)));
    }

    internal IEnumerable<OptionKey> Describe(T defaults) => _entries.SelectMany(entry => entry.Describe(defaults));

    internal void BindTo(T options, ConfigNode? section, Diagnostics diagnostics, string path)
    {
        if (diagnostics.Mapping(section, path) is not { } mapping)
            return;
        foreach (ConfigEntry entry in mapping.Entries)
        {
            if (_entries.Find(known => known.Key == entry.Key) is { } known)
                known.Bind(options, entry, diagnostics, Diagnostics.Join(path, entry.Key));
            else if (!_reserved.Contains(entry.Key))
                diagnostics.AddUnknown(entry.Position, path, entry.Key, Names);
        }
    }

    private void Claim(string key)
    {
        if (key.Length == 0 || key.Any(c => c is not (>= 'a' and <= 'z' or >= '0' and <= '9' or '_')))
            throw new ArgumentException($"The key '{key}' is not in snake_case.", nameof(key));
        if (Names.Contains(key))
            throw new ArgumentException($"The key '{key}' is in the section '{Section}' already.", nameof(key));
    }
}
