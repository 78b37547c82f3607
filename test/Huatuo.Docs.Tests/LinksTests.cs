using System.Text.RegularExpressions;

namespace Huatuo.Docs.Tests;

public sealed partial class LinksTests
{
    public static TheoryData<string> Pages => [.. Repository.Pages];

    [Theory]
    [MemberData(nameof(Pages))]
    public void LinksLeadToFilesAndHeadings(string page)
    {
        string folder = Path.GetDirectoryName(Path.Combine(Repository.Root, page))!;
        foreach (Match link in Link().Matches(Repository.Read(page)))
        {
            string target = link.Groups["target"].Value;
            if (target.Contains("://", StringComparison.Ordinal))
                continue;
            string[] parts = target.Split('#');
            string file = parts[0].Length > 0 ? Path.GetFullPath(Path.Combine(folder, parts[0])) : Path.Combine(Repository.Root, page);
            Assert.True(Path.Exists(file), $"{page}: {target} leads nowhere");
            if (parts.Length > 1)
                Assert.True(Headings(file).Contains(parts[1]), $"{page}: {target} leads to no heading");
        }
    }

    private static IEnumerable<string> Headings(string file) => Heading().Matches(File.ReadAllText(file))
        .Select(heading => Symbols().Replace(heading.Groups["text"].Value.ToLowerInvariant(), "").Replace(' ', '-'));

    [GeneratedRegex(@"\[[^\]]*\]\((?<target>[^)\s]+)\)")]
    private static partial Regex Link();

    [GeneratedRegex(@"^#+ (?<text>.+)$", RegexOptions.Multiline)]
    private static partial Regex Heading();

    [GeneratedRegex(@"[^a-z0-9_ -]")]
    private static partial Regex Symbols();
}
