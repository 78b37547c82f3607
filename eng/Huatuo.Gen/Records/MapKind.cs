namespace Huatuo.Gen.Records;

/// <summary>The values of <c>enum bpf_map_type</c> whose keys and values user space reads by type.</summary>
internal enum MapKind
{
    Hash = 1,
    Array = 2,
    PerCpuHash = 5,
    PerCpuArray = 6,
    LruHash = 9,
    LruPerCpuHash = 10,
    LpmTrie = 11,
}
