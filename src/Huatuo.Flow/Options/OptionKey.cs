namespace Huatuo.Flow.Options;

/// <summary>One key of a section, for the reference page.</summary>
/// <param name="Key">The key, dotted from the section: <c>local.rotate_size</c>.</param>
/// <param name="Summary">What it does, in a sentence.</param>
/// <param name="Syntax">What may be written.</param>
/// <param name="Default">The default as YAML flow text.</param>
/// <param name="Change">How another value comes to hold.</param>
public sealed record OptionKey(string Key, string Summary, string Syntax, string Default, KeyChange Change);
