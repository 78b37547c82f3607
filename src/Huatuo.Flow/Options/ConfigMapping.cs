namespace Huatuo.Flow.Options;

/// <summary>Keys with their values, each key once.</summary>
/// <param name="position">Where it starts.</param>
/// <param name="entries">The entries in the order in which they were written.</param>
public sealed class ConfigMapping(Position position, IReadOnlyList<ConfigEntry> entries) : ConfigNode(position)
{
    /// <summary>The entries in the order in which they were written.</summary>
    public IReadOnlyList<ConfigEntry> Entries { get; } = entries;

    /// <summary>The entry of a key, or null.</summary>
    public ConfigEntry? Find(string key)
    {
        foreach (ConfigEntry entry in Entries)
        {
            if (entry.Key == key)
                return entry;
        }

        return null;
    }

    /// <inheritdoc/>
    public override string Describe() => "a mapping";
}
