namespace Huatuo.Flow.Options;

/// <summary>A key with a value.</summary>
internal sealed class ValueEntry<T, TValue>(
    string key, OptionType<TValue> type, Func<T, TValue> get, Action<T, TValue> set, string summary, KeyChange change) : SchemaEntry<T>(key)
{
    public override IEnumerable<OptionKey> Describe(T defaults) =>
        [new OptionKey(Key, summary, type.Syntax, type.Format(get(defaults)), change)];

    public override KeyChange? ChangeOf(string rest) => rest.Length == 0 ? change : null;

    public override void Bind(T options, ConfigEntry entry, Diagnostics diagnostics, string path)
    {
        if (type.TryParse(entry.Value, out TValue? value, out string? error))
            set(options, value);
        else
            diagnostics.Add(entry.Value.Position, path, error);
    }

    public override IEnumerable<EffectiveOption> Effective(T options, ConfigEntry? entry, string path) =>
        [new EffectiveOption(path, type.Format(get(options)), entry?.Position)];
}
