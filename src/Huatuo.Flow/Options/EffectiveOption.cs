namespace Huatuo.Flow.Options;

/// <summary>The value that a key has, and why.</summary>
/// <param name="Path">The dotted path of the key.</param>
/// <param name="Value">The value as YAML flow text.</param>
/// <param name="Origin">Where the value was written; null for the default.</param>
public sealed record EffectiveOption(string Path, string Value, Position? Origin);
