namespace Huatuo.Gen.Btf;

/// <summary>The types of one object and what follows from them: sizes, alignments, qualifiers.</summary>
/// <remarks>Types may be nested <see cref="MaxDepth"/> deep, so that types that hold themselves end in an error.</remarks>
/// <param name="types">As read; index 0 is void.</param>
internal sealed class BtfTypes(IReadOnlyList<BtfType> types)
{
    /// <summary>Deepest nesting of types that is followed.</summary>
    public const int MaxDepth = 32;

    private readonly Dictionary<uint, int> _alignments = [];

    public BtfType this[uint id] => id < types.Count
        ? types[(int)id]
        : throw new InvalidDataException($".BTF: no type {id}");

    /// <summary>The data section of that name, or null.</summary>
    public BtfType? DataSection(string name) =>
        types.FirstOrDefault(type => type.Kind == BtfKind.DataSection && type.Name == name);

    /// <summary>The type behind typedefs and qualifiers.</summary>
    public BtfType Resolve(uint id)
    {
        for (int depth = 0; depth < MaxDepth; depth++)
        {
            BtfType type = this[id];
            if (!IsModifier(type.Kind))
                return type;
            id = type.Target;
        }

        throw TooDeep();
    }

    /// <summary>Whether the type, or the element of an array of it, is qualified by <paramref name="qualifier"/>.</summary>
    public bool IsQualified(uint id, BtfKind qualifier)
    {
        for (int depth = 0; depth < MaxDepth; depth++)
        {
            BtfType type = this[id];
            if (type.Kind == qualifier)
                return true;
            if (!IsModifier(type.Kind) && type.Kind != BtfKind.Array)
                return false;
            id = type.Target;
        }

        throw TooDeep();
    }

    /// <summary>Bytes of a value of the type; 0 of a flexible array.</summary>
    public int SizeOf(uint id)
    {
        long count = 1;
        for (int depth = 0; depth < MaxDepth; depth++)
        {
            BtfType type = Resolve(id);
            count *= type.Kind switch
            {
                BtfKind.Array => type.Count,
                BtfKind.Pointer => 8,
                _ => type.Size,
            };
            if (count > int.MaxValue)
                throw new InvalidDataException($".BTF: type {id} is larger than 2 GiB");
            if (type.Kind != BtfKind.Array)
                return (int)count;
            id = type.Target;
        }

        throw TooDeep();
    }

    /// <summary>The alignment in bytes that C gives the type when nothing is packed.</summary>
    public int AlignmentOf(uint id) => AlignmentOf(id, 0);

    /// <summary>The error for types nested too deep.</summary>
    public static InvalidDataException TooDeep() => new($".BTF: types are nested deeper than {MaxDepth}");

    private int AlignmentOf(uint id, int depth)
    {
        if (depth > MaxDepth)
            throw TooDeep();
        BtfType type = Resolve(id);
        if (_alignments.TryGetValue(type.Id, out int alignment))
            return alignment;
        alignment = type.Kind switch
        {
            BtfKind.Array => AlignmentOf(type.Target, depth + 1),
            BtfKind.Pointer => 8,
            BtfKind.Struct or BtfKind.Union =>
                type.Members.Aggregate(1, (most, member) => Math.Max(most, AlignmentOf(member.Type, depth + 1))),
            _ => (int)Math.Clamp(type.Size, 1, 16),
        };
        return _alignments[type.Id] = alignment;
    }

    private static bool IsModifier(BtfKind kind) =>
        kind is BtfKind.Typedef or BtfKind.Volatile or BtfKind.Const or BtfKind.Restrict or BtfKind.TypeTag;
}
