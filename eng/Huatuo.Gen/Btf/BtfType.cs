namespace Huatuo.Gen.Btf;

/// <summary>One type as written in .BTF; which properties are set depends on <see cref="Kind"/>.</summary>
internal sealed record BtfType(uint Id, BtfKind Kind, string Name)
{
    /// <summary>Bytes, of an integer, struct, union, enum or float.</summary>
    public uint Size { get; init; }

    /// <summary>The type that a pointer, qualifier, typedef, variable or array (its element) is made of.</summary>
    public uint Target { get; init; }

    /// <summary>Elements of an array.</summary>
    public uint Count { get; init; }

    /// <summary>An integer or enum with negative values.</summary>
    public bool IsSigned { get; init; }

    /// <summary><c>_Bool</c>.</summary>
    public bool IsBool { get; init; }

    /// <summary>Members of a struct or union, in the order of the source.</summary>
    public IReadOnlyList<BtfMember> Members { get; init; } = [];

    /// <summary>Constants of an enum.</summary>
    public IReadOnlyList<BtfEnumerator> Enumerators { get; init; } = [];

    /// <summary>Ids of the variables of a data section.</summary>
    public IReadOnlyList<uint> Variables { get; init; } = [];

    /// <summary>The type as C spells it, such as <c>struct event_header</c>.</summary>
    public string Spelling => $"{Keyword} {Name}".Trim();

    /// <summary><c>struct</c>, <c>union</c>, <c>enum</c> or nothing.</summary>
    public string Keyword => Kind switch
    {
        BtfKind.Struct => "struct",
        BtfKind.Union => "union",
        BtfKind.Enum or BtfKind.Enum64 => "enum",
        _ => "",
    };
}
