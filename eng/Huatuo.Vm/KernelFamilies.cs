namespace Huatuo.Vm;

/// <summary>The list of kernels to test: one family a line, <c>hybrid</c> may follow, <c>#</c> begins a remark.</summary>
internal static class KernelFamilies
{
    public const string Newest = "newest";

    /// <summary>The oldest and the newest of a list.</summary>
    public static IReadOnlyList<KernelFamily> Ends(IReadOnlyList<KernelFamily> families)
    {
        KernelFamily[] ordered = [.. families.OrderBy(family => family.Name == Newest ? new Version(int.MaxValue, 0) : Version.Parse(family.Name))];
        return ordered is [var oldest, .., var newest] ? [oldest, newest] : ordered;
    }

    /// <exception cref="FormatException">A line is no family, or one is there twice.</exception>
    public static IReadOnlyList<KernelFamily> Parse(string text)
    {
        var families = new List<KernelFamily>();
        foreach (string line in text.Split('\n'))
        {
            string[] words = line.Split('#')[0].Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
            if (words.Length == 0)
                continue;
            string family = words[0];
            if (words is not [_] and not [_, "hybrid"])
                throw new FormatException($"'{line}': a family of kernels may have 'hybrid' behind it, nothing else");
            if (family != Newest && !(family.Split('.') is [var major, var minor] && int.TryParse(major, out _) && int.TryParse(minor, out _)))
                throw new FormatException($"'{family}' is not a family of kernels: 6.12 would be one, or {Newest}");
            if (families.Any(known => known.Name == family))
                throw new FormatException($"{family} is in the list twice");
            families.Add(new KernelFamily(family, words.Length > 1));
        }

        return families;
    }
}
