using Huatuo.Flow.Options;

namespace Huatuo.Flow.Filter;

/// <summary>A rule and where it was written.</summary>
/// <param name="Rule">The rule.</param>
/// <param name="Origin">Where; null for a shipped default.</param>
public sealed record ConfiguredRule(Rule Rule, Position? Origin);
