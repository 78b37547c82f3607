namespace Huatuo.Flow.Options;

/// <summary>A key with a section of its own.</summary>
internal sealed class SectionEntry<T, TSection>(OptionSchema<TSection> schema, Func<T, TSection> get)
    : SchemaEntry<T>(schema.Section)
    where TSection : class, new()
{
    public override IEnumerable<OptionKey> Describe(T defaults) =>
        schema.Describe(get(defaults)).Select(key => key with { Key = Diagnostics.Join(Key, key.Key) });

    public override KeyChange? ChangeOf(string rest) => schema.ChangeOf(rest);

    public override void Bind(T options, ConfigEntry entry, Diagnostics diagnostics, string path) =>
        schema.BindTo(get(options), entry.Value, diagnostics, path);

    public override IEnumerable<EffectiveOption> Effective(T options, ConfigEntry? entry, string path) =>
        schema.Effective(get(options), entry?.Value, path);
}
