namespace Huatuo.Flow.Enrich;

/// <summary>A container as far as its cgroup tells.</summary>
/// <param name="Id">Its 64 hexadecimal digits.</param>
/// <param name="IdUtf8">The same in UTF-8.</param>
public sealed record Container(string Id, ReadOnlyMemory<byte> IdUtf8);
