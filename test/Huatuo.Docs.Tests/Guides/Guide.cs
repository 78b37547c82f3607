using System.Text.RegularExpressions;

namespace Huatuo.Docs.Tests.Guides;

/// <summary>The shell commands of a guide: blocks that are marked <c>sh</c>, some with a word for what they are.</summary>
internal static partial class Guide
{
    /// <summary>The blocks in order.</summary>
    public static IReadOnlyList<(string Word, string Commands)> Blocks(string page) =>
        [.. Block().Matches(page).Select(block => (block.Groups["word"].Value, block.Groups["commands"].Value))];

    [GeneratedRegex(@"^```sh ?(?<word>\w*)\n(?<commands>.*?)^```$", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Block();
}
