namespace Huatuo.Flow.Tracing;

/// <summary>Why something does not run here; found before anything is loaded.</summary>
/// <param name="Feature">What the kernel lacks.</param>
/// <param name="Since">The kernel that has it; empty when no version answers.</param>
/// <param name="Hint">What the operator can do.</param>
public sealed record Unsupported(string Feature, string Since, string Hint);
