namespace Huatuo.Flow.Options;

/// <summary>One key of a mapping with its value.</summary>
/// <param name="Key">The key.</param>
/// <param name="Position">Where the key stands.</param>
/// <param name="Value">The value.</param>
public sealed record ConfigEntry(string Key, Position Position, ConfigNode Value);
