using Huatuo.Gen.Btf;

namespace Huatuo.Gen.Records;

/// <summary>Compares one type in the BTF of two objects, through all that it holds.</summary>
internal static class LayoutComparison
{
    private const int MaxLines = 10_000;

    /// <summary>The first difference in words, or null when the layouts and names are the same.</summary>
    public static string? FirstDifference(BtfTypes types, uint id, BtfTypes sharedTypes, uint sharedId)
    {
        List<string> here = Lines(types, id);
        List<string> there = Lines(sharedTypes, sharedId);
        for (int i = 0; i < Math.Max(here.Count, there.Count); i++)
        {
            string a = i < here.Count ? here[i] : "nothing";
            string b = i < there.Count ? there[i] : "nothing";
            if (a != b)
                return $"{a} here, {b} there";
        }

        return null;
    }

    private static List<string> Lines(BtfTypes types, uint id)
    {
        var lines = new List<string>();
        Describe(types, id, "", 0, lines, 0);
        return lines;
    }

    private static void Describe(BtfTypes types, uint id, string path, long offset, List<string> lines, int depth)
    {
        if (depth > BtfTypes.MaxDepth || lines.Count > MaxLines)
            throw BtfTypes.TooDeep();
        BtfType type = types.Resolve(id);
        string place = path.Length == 0 ? "" : $"{path} at byte {offset}: ";
        switch (type.Kind)
        {
            case BtfKind.Array:
                lines.Add($"{place}array of {type.Count}");
                Describe(types, type.Target, path + "[]", offset, lines, depth + 1);
                break;
            case BtfKind.Struct or BtfKind.Union:
                lines.Add($"{place}{type.Spelling} of {type.Size} bytes");
                foreach (BtfMember member in type.Members)
                {
                    string name = path.Length == 0 ? member.Name : $"{path}.{member.Name}";
                    Describe(types, member.Type, name, offset + member.BitOffset / 8, lines, depth + 1);
                }

                break;
            case BtfKind.Enum or BtfKind.Enum64:
                lines.Add($"{place}{type.Spelling} of {type.Size} bytes");
                foreach (BtfEnumerator constant in type.Enumerators)
                    lines.Add($"{place}{constant.Name} = {constant.Value}");
                break;
            default:
                string sign = type.IsSigned ? "signed" : "unsigned";
                lines.Add($"{place}{(type.Kind == BtfKind.Int ? $"{sign} {type.Name}" : type.Spelling)} of {type.Size} bytes");
                break;
        }
    }
}
