using System.Text.RegularExpressions;
using Huatuo.Profiling.Continuous;

namespace Huatuo.Http.Api.Profiles;

/// <summary>Selectors such as <c>{service_name="host",pod_name=~"web-.*"}</c>; operators are = != =~ !~, patterns stand for the whole value.</summary>
internal static partial class LabelSelector
{
    /// <summary>Reads one; an empty one has no conditions.</summary>
    /// <exception cref="FormatException">It is none. The message says why.</exception>
    public static IReadOnlyList<LabelCondition> Read(string text)
    {
        ReadOnlySpan<char> rest = text.AsSpan().Trim();
        if (rest.IsEmpty)
            return [];
        if (rest[0] != '{' || rest[^1] != '}')
            throw new FormatException("a label selector stands in braces");
        string inside = rest[1..^1].ToString();
        List<LabelCondition> conditions = [];
        int end = 0;
        for (Match match = Part().Match(inside); match.Success && match.Index == end; match = match.NextMatch())
        {
            conditions.Add(Condition(match.Groups[1].Value, match.Groups[2].Value, match.Groups[3].Value));
            end = match.Index + match.Length;
        }
        return inside.AsSpan(end).IsWhiteSpace() ? conditions : throw new FormatException("a label selector is NAME=\"VALUE\", separated by commas; operators are = != =~ !~");
    }

    private static LabelCondition Condition(string name, string operation, string quoted)
    {
        string value = Escape().Replace(quoted, match => match.Value[1] switch { 'n' => "\n", 't' => "\t", char other => other.ToString() });
        if (operation is "=" or "!=")
            return new LabelCondition(name, value, operation == "!=");
        try
        {
            // In time linear in the text, since it comes from anybody.
            return new LabelCondition(name, value, operation == "!~", new Regex($"^(?:{value})$", RegexOptions.NonBacktracking | RegexOptions.CultureInvariant));
        }
        catch (Exception wrong) when (wrong is ArgumentException or NotSupportedException)
        {
            throw new FormatException($"'{value}' is no pattern: {wrong.Message}");
        }
    }

    [GeneratedRegex("""\s*([a-zA-Z_][a-zA-Z0-9_]*)\s*(=~|!~|!=|=)\s*"((?:[^"\\]|\\.)*)"\s*(?:,|$)""")]
    private static partial Regex Part();

    [GeneratedRegex(@"\\.")]
    private static partial Regex Escape();
}
