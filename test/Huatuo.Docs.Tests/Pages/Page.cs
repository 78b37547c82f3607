using System.Text.RegularExpressions;

namespace Huatuo.Docs.Tests.Pages;

/// <summary>
/// A page whose sections between <c>&lt;!-- name --&gt;</c> and <c>&lt;!-- /name --&gt;</c> are generated; the rest is written by hand.
/// </summary>
internal static partial class Page
{
    /// <summary>The names of its generated sections.</summary>
    public static IReadOnlyList<string> Sections(string text) => [.. Section().Matches(text).Select(match => match.Groups["name"].Value)];

    /// <summary>The page with every section generated anew.</summary>
    /// <param name="text">The page.</param>
    /// <param name="generate">Gives a section by its name.</param>
    public static string Fill(string text, Func<string, string> generate) => Section().Replace(text, match =>
    {
        string name = match.Groups["name"].Value;
        return $"<!-- {name} -->\n\n{generate(name).Trim('\n')}\n\n<!-- /{name} -->";
    });

    [GeneratedRegex(@"^<!-- (?<name>[a-z][a-z0-9_. -]*) -->\n.*?^<!-- /\k<name> -->$", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Section();
}
