using System.Globalization;
using Huatuo.Flow.Filter;
using Huatuo.Flow.Options;

namespace Huatuo.Store.Search;

/// <summary>What a search is told in words, on the command line and in a request.</summary>
public static class SearchArguments
{
    private static readonly (string Text, FieldOperator Operator)[] Operators =
        [("!=", FieldOperator.Not), ("=", FieldOperator.Is), ("~", FieldOperator.Matches), ("<", FieldOperator.Less), (">", FieldOperator.Greater)];

    /// <summary>Reads a time: a duration before <paramref name="now"/>, or an instant, in UTC unless it says otherwise.</summary>
    /// <param name="option">What the message calls it.</param>
    /// <param name="text">The words.</param>
    /// <param name="now">What a duration counts back from.</param>
    /// <returns>Nanoseconds since 1970; null when there is no argument.</returns>
    /// <exception cref="ArgumentException">It is neither.</exception>
    public static long? Time(string option, string? text, DateTimeOffset now)
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
    /// <param name="option">What the message calls it.</param>
    /// <param name="text">The words.</param>
    /// <exception cref="ArgumentException">It is none.</exception>
    public static FieldCondition Condition(string option, string text)
    {
        ArgumentNullException.ThrowIfNull(text);
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
            throw new ArgumentException($"{option}: '{text}' is not a condition such as layers.tcp.dport=443; operators are = != ~ < >");
        var condition = new FieldCondition(field, found.Operator, [text[(at + found.Text.Length)..].Trim()]);
        try
        {
            _ = new JsonFieldTest(condition);
            return condition;
        }
        catch (ArgumentException wrong)
        {
            throw new ArgumentException($"{option}: {field}: {wrong.Message}", wrong);
        }
    }

    // Far times are as good as none; what is added to them has room.
    private static long Nanoseconds(DateTimeOffset instant) =>
        Math.Clamp((instant - DateTimeOffset.UnixEpoch).Ticks, long.MinValue / 200, long.MaxValue / 200) * 100;
}
