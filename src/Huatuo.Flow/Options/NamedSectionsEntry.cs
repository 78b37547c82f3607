namespace Huatuo.Flow.Options;

/// <summary>A key with sections that are alike, each under a name; a name is there when it was written.</summary>
/// <param name="schema">The keys of each, all optional.</param>
/// <param name="get">Gives the sections by name.</param>
/// <param name="placeholder">What stands for a name in the reference.</param>
internal sealed class NamedSectionsEntry<T, TSection>(OptionSchema<TSection> schema, Func<T, IDictionary<string, TSection>> get, string placeholder)
    : SchemaEntry<T>(schema.Section)
    where TSection : class, new()
{
    public override IEnumerable<OptionKey> Describe(T defaults) =>
        schema.Keys.Select(key => key with { Key = $"{Key}.{placeholder}.{key.Key}" });

    public override KeyChange? ChangeOf(string rest) => rest.IndexOf('.') is > 0 and int dot ? schema.ChangeOf(rest[(dot + 1)..]) : null;

    public override void Bind(T options, ConfigEntry entry, Diagnostics diagnostics, string path)
    {
        foreach (ConfigEntry section in diagnostics.Mapping(entry.Value, path)?.Entries ?? [])
            get(options)[section.Key] = schema.Bind(section.Value, diagnostics, Diagnostics.Join(path, section.Key));
    }

    public override IEnumerable<EffectiveOption> Effective(T options, ConfigEntry? entry, string path) =>
        get(options).SelectMany(section => schema.Effective(section.Value, (entry?.Value as ConfigMapping)?.Find(section.Key)?.Value, Diagnostics.Join(path, section.Key)))
            .Where(option => option.Origin is not null);
}
