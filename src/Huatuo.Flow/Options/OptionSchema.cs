namespace Huatuo.Flow.Options;

/// <summary>The keys of one section of the configuration.</summary>
public abstract class OptionSchema
{
    private protected OptionSchema(string section) => Section = section;

    /// <summary>The section's key in the section above; empty for the root.</summary>
    public string Section { get; }

    /// <summary>All keys in order, those of nested sections included.</summary>
    public abstract IReadOnlyList<OptionKey> Keys { get; }

    /// <summary>How another value of a key comes to hold; null when there is no such key.</summary>
    /// <param name="path">The key, dotted from the section.</param>
    public abstract KeyChange? ChangeOf(string path);

    /// <summary>Gives an options object with what the section says in place of the defaults.</summary>
    /// <param name="section">The section's mapping; null for nothing but defaults.</param>
    /// <param name="diagnostics">Receives every error; the key that is wrong keeps its default.</param>
    /// <param name="path">The section's dotted path for error messages, when it is not <see cref="Section"/>.</param>
    public abstract object Bind(ConfigNode? section, Diagnostics diagnostics, string? path = null);

    /// <summary>The value of every key and where it was written.</summary>
    /// <param name="options">What <see cref="Bind"/> gave.</param>
    /// <param name="section">What it was given.</param>
    /// <param name="path">The section's dotted path, when it is not <see cref="Section"/>.</param>
    public abstract IEnumerable<EffectiveOption> Effective(object options, ConfigNode? section, string? path = null);
}
