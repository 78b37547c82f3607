namespace Huatuo.Vm;

/// <summary>The list of kernels to test: one family a line, <c>#</c> begins a remark.</summary>
internal static class KernelFamilies
{
    public const string Newest = "newest";

    /// <summary>The oldest and the newest of a list.</summary>
    public static IReadOnlyList<string> Ends(IReadOnlyList<string> families)
    {
        string[] ordered = [.. families.OrderBy(family => family == Newest ? new Version(int.MaxValue, 0) : Version.Parse(family))];
        return ordered is [var oldest, .., var newest] ? [oldest, newest] : ordered;
    }

    /// <exception cref="FormatException">A line is no family, or one is there twice.</exception>
    public static IReadOnlyList<string> Parse(string text)
    {
        var families = new List<string>();
        foreach (string line in text.Split('\n'))
        {
            string family = line.Split('#')[0].Trim();
            if (family.Length == 0)
                continue;
            if (family != Newest && !(family.Split('.') is [var major, var minor] && int.TryParse(major, out _) && int.TryParse(minor, out _)))
                throw new FormatException($"'{family}' is not a family of kernels: 6.12 would be one, or {Newest}");
            if (families.Contains(family))
                throw new FormatException($"{family} is in the list twice");
            families.Add(family);
        }

        return families;
    }
}
