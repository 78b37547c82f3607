using System.Text.RegularExpressions;
using Huatuo.Flow.Options;

namespace Huatuo.AutoTracing.Tests;

/// <summary>A list of triggers of a configuration.</summary>
internal static class WrittenTriggers
{
    internal static string Quoted(string text) => "'" + text.Replace("'", "''", StringComparison.Ordinal) + "'";

    internal static ConfigEntry Of(params string[] triggers)
    {
        var position = new Position("test", 1, 1);
        return new ConfigEntry("triggers", position, new ConfigSequence(position, [.. triggers.Select(Mapping)]));
    }

    // {key: 'value', …} with values that are words, texts in quotes, or lists of words.
    private static ConfigMapping Mapping(string text)
    {
        var position = new Position("test", 2, 3);
        List<ConfigEntry> entries = [];
        foreach (Match match in Regex.Matches(text, @"(\w+): ('((?:[^']|'')*)'|\[([^\]]*)\]|[^,}]+)"))
        {
            string value = match.Groups[2].Value;
            ConfigNode node = value[0] == '[' ? new ConfigSequence(position, [.. match.Groups[4].Value.Split(", ").Select(item => new ConfigScalar(position, item))])
                : new ConfigScalar(position, value[0] == '\'' ? match.Groups[3].Value.Replace("''", "'", StringComparison.Ordinal) : value, isQuoted: value[0] == '\'');
            entries.Add(new ConfigEntry(match.Groups[1].Value, position, node));
        }
        return new ConfigMapping(position, entries);
    }
}
