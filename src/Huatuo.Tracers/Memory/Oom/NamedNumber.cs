namespace Huatuo.Tracers.Memory.Oom;

/// <summary>A number of a kernel file.</summary>
/// <param name="Name">The field's name in UTF-8.</param>
/// <param name="Value">Its value.</param>
internal readonly record struct NamedNumber(byte[] Name, long Value);
