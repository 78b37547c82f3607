using Huatuo.Gen.Elf;

namespace Huatuo.Gen.Btf;

/// <summary>Reads the bytes of a .BTF section (Documentation/bpf/btf.rst).</summary>
internal static class BtfReader
{
    private const ushort Magic = 0xEB9F;
    private const int HeaderSize = 24;

    /// <summary>All types; index 0 is void.</summary>
    /// <exception cref="InvalidDataException">The bytes are cut short or are not BTF version 1.</exception>
    public static IReadOnlyList<BtfType> Read(ReadOnlySpan<byte> section)
    {
        var btf = new ByteWindow(section, ".BTF");
        if (btf.U16(0) != Magic || btf.U8(2) != 1 || btf.U32(4) < HeaderSize)
            throw new InvalidDataException(".BTF: not BTF version 1");
        ulong header = btf.U32(4);
        ByteWindow types = btf.Part(header + btf.U32(8), btf.U32(12), ".BTF types");
        ByteWindow names = btf.Part(header + btf.U32(16), btf.U32(20), ".BTF strings");

        var all = new List<BtfType> { new(0, BtfKind.Void, "void") };
        for (ulong at = 0; at < (ulong)types.Length;)
            all.Add(ReadType(types, names, (uint)all.Count, ref at));
        return all;
    }

    private static BtfType ReadType(ByteWindow types, ByteWindow names, uint id, ref ulong at)
    {
        uint info = types.U32(at + 4);
        uint sizeOrTarget = types.U32(at + 8);
        var kind = (BtfKind)((info >> 24) & 31);
        bool flag = info >> 31 != 0;
        ulong count = info & 0xffff;
        var type = new BtfType(id, kind, names.Text(types.U32(at)));
        ulong body = at + 12;
        at = body + BodySize(kind, count);
        switch (kind)
        {
            case BtfKind.Int:
                uint encoding = types.U32(body) >> 24;
                return type with { Size = sizeOrTarget, IsSigned = (encoding & 1) != 0, IsBool = (encoding & 4) != 0 };
            case BtfKind.Array:
                return type with { Target = types.U32(body), Count = types.U32(body + 8) };
            case BtfKind.Struct or BtfKind.Union:
                return type with { Size = sizeOrTarget, Members = ReadMembers(types, names, body, count, flag) };
            case BtfKind.Enum or BtfKind.Enum64:
                return type with
                {
                    Size = sizeOrTarget,
                    IsSigned = flag,
                    Enumerators = ReadEnumerators(types, names, body, count, kind, flag),
                };
            case BtfKind.DataSection:
                var variables = new uint[count];
                for (ulong i = 0; i < count; i++)
                    variables[i] = types.U32(body + i * 12);
                return type with { Variables = variables };
            case BtfKind.Float:
                return type with { Size = sizeOrTarget };
            default:
                return type with { Target = sizeOrTarget };
        }
    }

    private static ulong BodySize(BtfKind kind, ulong count) => kind switch
    {
        BtfKind.Int or BtfKind.Variable or BtfKind.DeclarationTag => 4,
        BtfKind.Array => 12,
        BtfKind.Struct or BtfKind.Union or BtfKind.DataSection or BtfKind.Enum64 => count * 12,
        BtfKind.Enum or BtfKind.FunctionPrototype => count * 8,
        BtfKind.Pointer or BtfKind.Forward or BtfKind.Typedef or BtfKind.Volatile or BtfKind.Const
            or BtfKind.Restrict or BtfKind.Function or BtfKind.Float or BtfKind.TypeTag => 0,
        _ => throw new InvalidDataException($".BTF: unknown kind {(int)kind}"),
    };

    private static BtfMember[] ReadMembers(ByteWindow types, ByteWindow names, ulong at, ulong count, bool bitfields)
    {
        _ = types.Part(at, count * 12, ".BTF members");
        var members = new BtfMember[count];
        for (ulong i = 0; i < count; i++, at += 12)
        {
            uint offset = types.U32(at + 8);
            members[i] = new BtfMember(
                names.Text(types.U32(at)), types.U32(at + 4),
                bitfields ? offset & 0xffffff : offset, bitfields ? offset >> 24 : 0);
        }

        return members;
    }

    private static BtfEnumerator[] ReadEnumerators(
        ByteWindow types, ByteWindow names, ulong at, ulong count, BtfKind kind, bool signed)
    {
        var enumerators = new BtfEnumerator[count];
        for (ulong i = 0; i < count; i++)
        {
            string name = names.Text(types.U32(at));
            uint low = types.U32(at + 4);
            Int128 value = signed ? (int)low : low;
            if (kind == BtfKind.Enum64)
            {
                ulong whole = low | ((ulong)types.U32(at + 8) << 32);
                value = signed ? (long)whole : whole;
            }

            enumerators[i] = new BtfEnumerator(name, value);
            at += kind == BtfKind.Enum64 ? 12u : 8u;
        }

        return enumerators;
    }
}
