namespace Huatuo.Store.LocalFile;

/// <summary>The last thing that went wrong at a sink.</summary>
/// <param name="Time">When, in UTC.</param>
/// <param name="Text">What failed, on which file, and the system's reason.</param>
public sealed record SinkError(DateTimeOffset Time, string Text);
