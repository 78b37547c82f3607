namespace Huatuo.Bpf.Filters;

/// <summary>Instructions that take the place of those of a function in a compiled object.</summary>
/// <param name="Function">The function.</param>
/// <param name="Instructions">What it is to do, ending in an exit; without calls to other functions of the object, and without
/// instructions of two words.</param>
internal sealed record FunctionBody(string Function, IReadOnlyList<ulong> Instructions);
