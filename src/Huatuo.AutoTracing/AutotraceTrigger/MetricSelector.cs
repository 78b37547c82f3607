using System.Text;
using System.Text.RegularExpressions;
using Huatuo.Flow.Metrics;

namespace Huatuo.AutoTracing.AutotraceTrigger;

/// <summary>Series of one metric.</summary>
/// <param name="Metric">Its name on the page.</param>
/// <param name="Labels">What their labels must be, all of them.</param>
internal sealed record MetricSelector(string Metric, IReadOnlyList<LabelTest> Labels)
{
    /// <summary>Whether a series is one of them.</summary>
    internal bool Holds(ReadOnlySpan<Label> labels)
    {
        foreach (LabelTest test in Labels)
            if (!test.Holds(Value(labels, test.Name)))
                return false;
        return true;
    }

    /// <summary>The series as it stands on the page.</summary>
    internal string Series(ReadOnlySpan<Label> labels)
    {
        if (labels.IsEmpty)
            return Metric;
        var text = new StringBuilder(Metric).Append('{');
        foreach (Label label in labels)
            text.Append(text[^1] == '{' ? "" : ",").Append(label.Name).Append("=\"").Append(label.Value).Append('"');
        return text.Append('}').ToString();
    }

    private static string Value(ReadOnlySpan<Label> labels, string name)
    {
        foreach (Label label in labels)
            if (label.Name == name)
                return label.Value;
        return "";
    }
}

/// <summary>What a label must be; one that is not there is empty.</summary>
/// <param name="Name">The label.</param>
/// <param name="Value">Its value, or a regular expression for all of it.</param>
/// <param name="IsNegated">Whether it must not be that.</param>
/// <param name="Pattern">The expression; null for a value.</param>
internal sealed record LabelTest(string Name, string Value, bool IsNegated, Regex? Pattern)
{
    /// <summary>Whether a value is right.</summary>
    internal bool Holds(string value) => (Pattern?.IsMatch(value) ?? value == Value) != IsNegated;
}
