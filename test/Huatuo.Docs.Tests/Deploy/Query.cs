using System.Text.RegularExpressions;

namespace Huatuo.Docs.Tests.Deploy;

/// <summary>The series that a PromQL expression asks for.</summary>
internal static partial class Query
{
    // What Prometheus itself adds to every series.
    private static readonly string[] LabelsOfScrape = ["instance", "job"];

    /// <summary>What is wrong with an expression, held against the families of the page.</summary>
    /// <param name="expression">PromQL.</param>
    /// <param name="families">Labels by the name of a series; a histogram has three.</param>
    /// <returns>One sentence for each fault.</returns>
    public static IEnumerable<string> Faults(string expression, IReadOnlyDictionary<string, IReadOnlyList<string>> families)
    {
        MatchCollection series = Series().Matches(expression);
        if (series.Count == 0)
            yield return $"{expression}: asks for nothing of huatuo";
        HashSet<string> known = [.. LabelsOfScrape];
        foreach (Match one in series)
        {
            string name = one.Groups["name"].Value;
            if (!families.TryGetValue(name, out IReadOnlyList<string>? labels))
            {
                yield return $"{expression}: there is no {name}";
                continue;
            }
            known.UnionWith(labels);
            foreach (string label in Labels(one.Groups["matchers"].Value, Matcher()).Except([.. labels, .. LabelsOfScrape]))
                yield return $"{expression}: {name} has no label {label}";
        }
        foreach (Match group in Grouping().Matches(expression))
            foreach (string label in Labels(group.Groups["labels"].Value, Name()).Except(known))
                yield return $"{expression}: groups by {label}, which nothing there has";
    }

    private static IEnumerable<string> Labels(string text, Regex regex) => regex.Matches(text).Select(label => label.Groups["label"].Value);

    [GeneratedRegex(@"\b(?<name>(huatuo|process|dotnet)_\w+|up)\b(\{(?<matchers>[^}]*)\})?")]
    private static partial Regex Series();

    [GeneratedRegex(@"(?<label>\w+)\s*(=~|!~|!=|=)\s*""[^""]*""")]
    private static partial Regex Matcher();

    [GeneratedRegex(@"\b(by|on)\s*\((?<labels>[^)]*)\)")]
    private static partial Regex Grouping();

    [GeneratedRegex(@"(?<label>\w+)")]
    private static partial Regex Name();
}
