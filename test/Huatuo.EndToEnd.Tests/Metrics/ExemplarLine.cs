using System.Globalization;

namespace Huatuo.EndToEnd.Tests.Metrics;

/// <summary>A bucket of a histogram in OpenMetrics with its exemplar.</summary>
/// <param name="Bucket">The bucket.</param>
/// <param name="Exemplar">The exemplar's labels and value; without a name.</param>
/// <param name="Time">Of the exemplar.</param>
internal sealed record ExemplarLine(Sample Bucket, Sample Exemplar, DateTimeOffset Time)
{
    /// <summary>Those of a page of OpenMetrics.</summary>
    /// <exception cref="FormatException">The page is none, or has an exemplar where none may be.</exception>
    public static List<ExemplarLine> Of(string page)
    {
        const string mark = " # {", end = "# EOF\n";
        const int mostCharacters = 128;
        if (!page.EndsWith("\n" + end, StringComparison.Ordinal))
            throw new FormatException("the page has no end");
        List<ExemplarLine> lines = [];
        double lower = double.NegativeInfinity;
        string family = "";
        // The samples before the mark are those of the older format, but for units and the end.
        foreach (string line in page[..^end.Length].Split('\n').Where(line => line.Length > 0 && !line.StartsWith("# UNIT ", StringComparison.Ordinal)))
        {
            int at = line.StartsWith('#') ? -1 : line.IndexOf(mark, StringComparison.Ordinal);
            Scrape parsed = Exposition.Parse((at < 0 ? line : line[..at]) + "\n");
            if (parsed.Samples is not [Sample sample])
                continue;
            if (sample.Name != family || !sample.Labels.TryGetValue("le", out string? le))
                (family, lower, le) = (sample.Name, double.NegativeInfinity, sample.Labels.GetValueOrDefault("le"));
            double upper = le is null ? double.NaN : le == "+Inf" ? double.PositiveInfinity : double.Parse(le, CultureInfo.InvariantCulture);
            if (at >= 0)
            {
                int time = line.LastIndexOf(' ');
                Sample exemplar = Exposition.Parse($"exemplar{line[(at + mark.Length - 1)..time]}\n").Samples[0];
                if (le is null || !(exemplar.Value > lower && exemplar.Value <= upper))
                    throw new FormatException($"not an exemplar of its bucket: {line}");
                if (exemplar.Labels.Sum(label => label.Key.Length + label.Value.Length) > mostCharacters)
                    throw new FormatException($"too many characters in an exemplar: {line}");
                double seconds = double.Parse(line.AsSpan(time + 1), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture);
                lines.Add(new ExemplarLine(sample, exemplar, DateTimeOffset.UnixEpoch.AddSeconds(seconds)));
            }
            lower = upper;
        }
        return lines;
    }
}
