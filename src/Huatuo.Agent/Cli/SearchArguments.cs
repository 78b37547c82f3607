using System.Globalization;
using Huatuo.Flow.Filter;
using Huatuo.Flow.Options;

namespace Huatuo.Agent.Cli;

/// <summary>What a search is told on the command line.</summary>
internal static class SearchArguments
{
    private static readonly (string Text, FieldOperator Operator)[] Operators =
        [("!=", FieldOperator.Not), ("=", FieldOperator.Is), ("~", FieldOperator.Matches), ("<", FieldOperator.Less), (">", FieldOperator.Greater)];

    /// <summary>Reads a time: a duration before <paramref name="now"/>, or an instant, in UTC unless it says otherwise.</summary>
    /// <returns>Nanoseconds since 1970; null when there is no argument.</returns>
    /// <exception cref="ArgumentException">It is neither.</exception>
    internal static long? Time(string option, string? text, DateTimeOffset now)
    {
        if (text is null)
            return null;
        var scalar = new ConfigScalar(new Position(option, 0, 0), text, isArgument: true);
        const DateTimeStyles utc = DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal;
        if (OptionTypes.Duration.TryParse(scalar, out TimeSpan ago, out _))
            return Nanoseconds(now - ago);
        if (text.Contains('-', StringComparison.Ordinal) && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, utc, out DateTimeOffset instant))
            return Nanoseconds(instant);
        throw new ArgumentException($"{option}: '{text}' is neither a duration such as 10m nor a time such as 2026-11-23T07:10:00Z");
    }

    /// <summary>Reads a condition: a dotted path, an operator, an operand.</summary>
    /// <exception cref="ArgumentException">It is none.</exception>
    internal static FieldCondition Condition(string text)
    {
        (string Text, FieldOperator Operator) found = default;
        int at = text.Length;
        foreach (var known in Operators)
        {
            int position = text.IndexOf(known.Text, StringComparison.Ordinal);
            if (position >= 0 && position < at)
                (found, at) = (known, position);
        }
        string field = text[..at].Trim();
        if (field.Length == 0 || found.Text is null)
            throw new ArgumentException($"--where: '{text}' is not a condition such as layers.tcp.dport=443; operators are = != ~ < >");
        var condition = new FieldCondition(field, found.Operator, [text[(at + found.Text.Length)..].Trim()]);
        try
        {
            _ = new JsonFieldTest(condition);
            return condition;
        }
        catch (ArgumentException wrong)
        {
            throw new ArgumentException($"--where: {field}: {wrong.Message}", wrong);
        }
    }

    /// <summary>Checks a limit.</summary>
    /// <exception cref="ArgumentException">It is negative.</exception>
    internal static int Limit(int limit) => limit >= 0 ? limit : throw new ArgumentException("--limit: must be 0 or more");

    private static long Nanoseconds(DateTimeOffset instant) => (instant - DateTimeOffset.UnixEpoch).Ticks * 100;
}
