using System.Buffers;
using Huatuo.Flow.Metrics;

namespace Huatuo.Http.Exposition;

/// <summary>The rules of names that hold in both formats, checked the same way in both.</summary>
internal static class FamilyName
{
    private static readonly SearchValues<char> LabelCharacters =
        SearchValues.Create("_0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");

    private static readonly SearchValues<char> MetricCharacters =
        SearchValues.Create(":_0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");

    /// <summary>
    /// The name of the family in OpenMetrics, where the suffix of a counter or an info belongs to the sample only. Two
    /// families clash when these names are equal, in either format.
    /// </summary>
    /// <param name="name">The name as declared.</param>
    /// <param name="kind">What it is declared to be.</param>
    /// <exception cref="InvalidOperationException">The name is not one of its kind.</exception>
    public static ReadOnlySpan<char> OpenMetrics(string name, MetricKind kind)
    {
        CheckForeign(name);
        var suffix = kind switch
        {
            MetricKind.Counter => "_total",
            MetricKind.Info => "_info",
            _ => "",
        };
        if (!name.EndsWith(suffix, StringComparison.Ordinal) || name.Length == suffix.Length)
            throw new InvalidOperationException($"the {kind} {name} does not end in {suffix}");
        var family = name.AsSpan(0, name.Length - suffix.Length);
        foreach (var reserved in (ReadOnlySpan<string>)["_total", "_info", "_created", "_bucket", "_count", "_sum"])
            if (family.EndsWith(reserved, StringComparison.Ordinal))
                throw new InvalidOperationException($"the {kind} {name} has the suffix {reserved}, which means another kind");
        return family;
    }

    /// <summary>Checks a name that need not tell kind and unit.</summary>
    /// <exception cref="InvalidOperationException">It is no name of a metric.</exception>
    public static void CheckForeign(string name)
    {
        if (name is null or "" || char.IsAsciiDigit(name[0]) || name.AsSpan().ContainsAnyExcept(MetricCharacters))
            throw new InvalidOperationException($"'{name}' is not the name of a metric");
    }

    /// <summary>A text as part of a name: <c>_</c> for what no name may have.</summary>
    public static string Fit(string text) =>
        text.AsSpan().ContainsAnyExcept(MetricCharacters) ? string.Concat(text.Select(letter => MetricCharacters.Contains(letter) ? letter : '_')) : text;

    /// <summary>The base unit that the name of a family ends in, or nothing.</summary>
    public static ReadOnlySpan<byte> Unit(ReadOnlySpan<char> family) =>
        family[(family.LastIndexOf('_') + 1)..] switch
        {
            "seconds" => "seconds"u8,
            "bytes" => "bytes"u8,
            "ratio" => "ratio"u8,
            _ => default,
        };

    /// <summary>Checks the name of a label against those before it.</summary>
    /// <exception cref="InvalidOperationException">The name is malformed, reserved or was there before.</exception>
    public static void CheckLabel(string family, ReadOnlySpan<Label> before, string name)
    {
        if (name is null or "" || char.IsAsciiDigit(name[0]) || name.StartsWith("__", StringComparison.Ordinal)
            || name.AsSpan().ContainsAnyExcept(LabelCharacters))
            throw new InvalidOperationException($"'{name}' on {family} is not the name of a label");
        foreach (var label in before)
            if (label.Name == name)
                throw new InvalidOperationException($"the label {name} is on one sample of {family} twice");
    }
}
