using Huatuo.Gen.Btf;

namespace Huatuo.Gen.Records;

/// <summary>How the constants of a C enum are called in C#.</summary>
internal static class EnumNames
{
    /// <summary>The C# integer of the enum's size and sign.</summary>
    /// <exception cref="InvalidDataException">Its size is not that of an integer.</exception>
    public static string Underlying(BtfType type) => (type.Size, type.IsSigned) switch
    {
        (1, false) => "byte",
        (1, true) => "sbyte",
        (2, false) => "ushort",
        (2, true) => "short",
        (4, false) => "uint",
        (4, true) => "int",
        (8, false) => "ulong",
        (8, true) => "long",
        _ => throw new InvalidDataException($".BTF: {type.Spelling} has {type.Size} bytes"),
    };

    /// <summary>
    /// PascalCase without the words that all constants start with: <c>CONTEXT_TASK, CONTEXT_SOFTIRQ</c> →
    /// <c>Task, Softirq</c>.
    /// </summary>
    public static IReadOnlyList<(string Name, Int128 Value)> Constants(BtfType type, string spelling, Rejections rejections)
    {
        string[][] words = [.. type.Enumerators.Select(constant => constant.Name.Split('_'))];
        int shared = SharedWords(words);
        var constants = new List<(string Name, Int128 Value)>(words.Length);
        var taken = new HashSet<string>(StringComparer.Ordinal);
        for (int i = 0; i < words.Length; i++)
        {
            string name = Names.Pascal(string.Join('_', words[i][shared..]));
            if (!taken.Add(name))
                rejections.Add(spelling, type.Enumerators[i].Name, $"another constant is called {name} in C# too; rename one");
            constants.Add((name, type.Enumerators[i].Value));
        }

        return constants;
    }

    private static int SharedWords(string[][] words)
    {
        if (words.Length < 2)
            return 0;
        int shared = 0;
        while (words.All(own => StartsName(own, shared + 1) && own[shared] == words[0][shared]))
            shared++;
        return shared;
    }

    private static bool StartsName(string[] words, int index) =>
        index < words.Length && words[index].Length > 0 && char.IsAsciiLetter(words[index][0]);
}
