namespace Huatuo.Profiling.Symbols;

/// <summary>What a process had mapped when it was looked at, for when it is gone.</summary>
/// <param name="Maps">All that may be executed.</param>
/// <param name="Files">The files of it that could be read.</param>
internal sealed record SeenProgram(ProcessMaps Maps, IReadOnlyDictionary<Mapping, KnownFile> Files);
