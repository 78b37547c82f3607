namespace Huatuo.Flow.Options;

/// <summary>One key of a schema: a value or a nested section.</summary>
internal abstract class SchemaEntry<T>(string key)
{
    public string Key { get; } = key;

    public abstract IEnumerable<OptionKey> Describe(T defaults);

    /// <summary>How another value of it comes to hold; null when there is no such key.</summary>
    /// <param name="rest">What stands behind its own key in the path; empty for nothing.</param>
    public abstract KeyChange? ChangeOf(string rest);

    public abstract void Bind(T options, ConfigEntry entry, Diagnostics diagnostics, string path);

    public abstract IEnumerable<EffectiveOption> Effective(T options, ConfigEntry? entry, string path);
}
