using Huatuo.Gen.Btf;

namespace Huatuo.Gen.Records;

/// <summary>Turns the BTF types that an object shows to user space into C# types.</summary>
/// <param name="types">The object's types.</param>
/// <param name="shared">The types of abi.bpf.c; null while that object itself is read.</param>
/// <param name="rejections">Receives what may not be shown.</param>
internal sealed class AbiTypes(BtfTypes types, SharedAbi? shared, Rejections rejections)
{
    private static readonly string[] s_reserved =
        ["Size", "Equals", "GetHashCode", "GetType", "ToString", "MemberwiseClone", "ReferenceEquals", "Finalize"];

    private readonly SortedDictionary<string, GeneratedType?> _types = new(StringComparer.Ordinal);
    private readonly Dictionary<uint, string> _names = [];
    private int _depth;

    /// <summary>The types to write, in the order of their names.</summary>
    public IEnumerable<GeneratedType> Generated => _types.Values.OfType<GeneratedType>();

    /// <summary>The structs, unions and enums to write, by BTF id, with their C# names.</summary>
    public IReadOnlyDictionary<uint, string> Exported => _names;

    /// <summary>The C# type for a BTF type.</summary>
    /// <param name="id">The type.</param>
    /// <param name="name">The C# name of a type that has no name of its own.</param>
    /// <param name="place">Where it is used, for a rejection.</param>
    public string Reference(uint id, string name, string place)
    {
        if (++_depth > BtfTypes.MaxDepth)
            throw BtfTypes.TooDeep();
        BtfType type = types.Resolve(id);
        string reference = type.Kind switch
        {
            BtfKind.Int => Integer(type, place),
            BtfKind.Struct or BtfKind.Union or BtfKind.Enum or BtfKind.Enum64 =>
                _names.TryGetValue(type.Id, out string? known) ? known
                : shared?.Find(types, type, rejections) ?? Declare(type, name),
            BtfKind.Array => Array(type, name, place),
            BtfKind.Pointer => Reject(place, "is a pointer; use __u64 for an address"),
            BtfKind.Forward => Reject(place, $"struct {type.Name} is declared but not defined"),
            BtfKind.Float => Reject(place, "is a floating point number"),
            _ => Reject(place, $"is of BTF kind {type.Kind}, which has no layout"),
        };
        _depth--;
        return reference;
    }

    /// <summary>Whether it is <c>bool</c>, which is kept as a byte: the kernel side may write any value.</summary>
    public bool IsBool(uint id) => types.Resolve(id).IsBool;

    private string Integer(BtfType type, string place) => (type.Size, type.IsSigned) switch
    {
        (1, true) => type.Name == "char" ? "byte" : "sbyte",
        (1, false) => "byte",
        (2, true) => "short",
        (2, false) => "ushort",
        (4, true) => "int",
        (4, false) => "uint",
        (8, true) => "long",
        (8, false) => "ulong",
        _ => Reject(place, $"is an integer of {type.Size} bytes"),
    };

    private string Declare(BtfType type, string hint)
    {
        string name = type.Name.Length > 0 ? Names.Pascal(type.Name) : hint;
        string spelling = type.Name.Length > 0 ? type.Spelling : $"unnamed {type.Keyword} {hint}";
        _names[type.Id] = name;
        if (!_types.TryAdd(name, null))
        {
            rejections.Add(spelling, $"another type of this object is called {name} in C# too; rename one");
            return name;
        }

        if (type is { Kind: BtfKind.Enum, Size: 8 })
            rejections.Add(spelling, "its constants were cut to 32 bits; 64-bit enums need clang 15 or newer");
        _types[name] = type.Kind is BtfKind.Struct or BtfKind.Union
            ? Struct(type, name, spelling)
            : new GeneratedEnum(name, spelling, EnumNames.Underlying(type), EnumNames.Constants(type, spelling, rejections));
        return name;
    }

    private GeneratedStruct Struct(BtfType type, string name, string spelling)
    {
        StructRules.Check(types, type, spelling, rejections);
        var fields = new List<GeneratedField>();
        GeneratedField? tail = null;
        var taken = new HashSet<string>(StringComparer.Ordinal);
        for (int i = 0; i < type.Members.Count; i++)
        {
            BtfMember member = type.Members[i];
            if (member.Name.Length == 0)
            {
                rejections.Add(spelling, $"(unnamed at byte {member.BitOffset / 8})", "is unnamed; name the nested struct or union");
                continue;
            }

            string place = $"{spelling}, member {member.Name}";
            int offset = (int)(member.BitOffset / 8);
            string field = Names.Pascal(member.Name);
            if (field == name || s_reserved.Contains(field))
                field += "Value";
            BtfType target = types.Resolve(member.Type);
            bool isTail = target is { Kind: BtfKind.Array, Count: 0 };
            if (!taken.Add(field) || (isTail && !taken.Add(field + "Offset")))
                rejections.Add(spelling, member.Name, $"another member is called {field} in C# too; rename one");
            if (!isTail)
                fields.Add(new GeneratedField(
                    field, IsBool(member.Type) ? "bool" : Reference(member.Type, name + field, place), offset));
            else if (i == type.Members.Count - 1 && i > 0 && type.Kind == BtfKind.Struct)
                tail = new GeneratedField(field, Reference(target.Target, name + field + "Item", place), offset);
            else
                rejections.Add(spelling, member.Name, "is an array without elements; only the last of several members may be one");
            if (!isTail && HasTail(member.Type))
                rejections.Add(spelling, member.Name, "holds a struct that ends in a flexible array");
        }

        return new GeneratedStruct(name, spelling, (int)Math.Min(type.Size, int.MaxValue), fields, tail);
    }

    private string Array(BtfType type, string name, string place)
    {
        string element = Reference(type.Target, name + "Item", place);
        if (type.Count is 0 or > int.MaxValue || types.SizeOf(type.Id) > int.MaxValue)
            return Reject(place, $"is an array of {type.Count} elements");
        var array = new GeneratedArray(name, element, (int)type.Count);
        if (!_types.TryAdd(name, array) && _types[name] != array)
            rejections.Add(place, $"its array is called {name} in C#, like another type; rename one");
        return name;
    }

    private bool HasTail(uint id)
    {
        for (int depth = 0; depth < BtfTypes.MaxDepth; depth++)
        {
            BtfType type = types.Resolve(id);
            if (type.Kind == BtfKind.Array && type.Count > 0)
                id = type.Target;
            else
                return type.Kind == BtfKind.Struct && type.Members.Count > 0
                    && types.Resolve(type.Members[^1].Type) is { Kind: BtfKind.Array, Count: 0 };
        }

        throw BtfTypes.TooDeep();
    }

    private string Reject(string place, string reason)
    {
        rejections.Add(place, reason);
        return "byte";
    }
}
