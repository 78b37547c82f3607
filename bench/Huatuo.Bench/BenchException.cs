namespace Huatuo.Bench;

/// <summary>A benchmark cannot run here, or measured something that cannot be.</summary>
internal sealed class BenchException(string message) : Exception(message);
