namespace Huatuo.Flow.Documents;

/// <summary>Where documents come from.</summary>
/// <param name="Hostname">The machine.</param>
/// <param name="Region">What the operator calls its place; may be empty.</param>
public sealed record Origin(string Hostname, string Region);
