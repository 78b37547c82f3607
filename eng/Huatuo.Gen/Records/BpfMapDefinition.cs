using Huatuo.Gen.Btf;

namespace Huatuo.Gen.Records;

/// <summary>A map as its definition in <c>.maps</c> declares it.</summary>
/// <param name="Name">The name in C.</param>
/// <param name="Kind">The value given to <c>__uint(type, …)</c>.</param>
/// <param name="Key">The type given to <c>__type(key, …)</c>, if any.</param>
/// <param name="Value">The type given to <c>__type(value, …)</c>, if any.</param>
internal sealed record BpfMapDefinition(string Name, MapKind Kind, uint? Key, uint? Value)
{
    /// <summary>Values are one per possible CPU.</summary>
    public bool IsPerCpu => Kind is MapKind.PerCpuArray or MapKind.PerCpuHash or MapKind.LruPerCpuHash;

    /// <summary>User space reads keys and values of it by type.</summary>
    public bool IsTyped => Key is not null && Value is not null && Enum.IsDefined(Kind);

    /// <summary>Reads the struct that libbpf's <c>__uint</c> and <c>__type</c> macros build.</summary>
    public static BpfMapDefinition Read(BtfTypes types, BpfVariable map)
    {
        BtfType definition = types.Resolve(map.Type);
        if (definition.Kind != BtfKind.Struct)
            throw new InvalidDataException($".BTF: map {map.Name} is not a struct");
        uint? kind = null, key = null, value = null;
        foreach (BtfMember member in definition.Members)
        {
            BtfType pointer = types.Resolve(member.Type);
            if (pointer.Kind != BtfKind.Pointer)
                continue;
            switch (member.Name)
            {
                case "type":
                    kind = types.Resolve(pointer.Target).Count;
                    break;
                case "key":
                    key = pointer.Target;
                    break;
                case "value":
                    value = pointer.Target;
                    break;
            }
        }

        return new BpfMapDefinition(
            map.Name, (MapKind)(kind ?? throw new InvalidDataException($".BTF: map {map.Name} has no type")), key, value);
    }
}
