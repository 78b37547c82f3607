using System.Globalization;
using System.Text;

namespace Huatuo.EndToEnd.Tests.Metrics;

/// <summary>Reads Prometheus text 0.0.4. Anything that is not that is a <see cref="FormatException"/>.</summary>
internal static class Exposition
{
    public static Scrape Parse(string page)
    {
        if (!page.EndsWith('\n'))
            throw new FormatException("the page does not end with a line break");
        List<Sample> samples = [];
        Dictionary<string, string> types = [];
        foreach (string line in page[..^1].Split('\n'))
        {
            if (line.StartsWith("# TYPE ", StringComparison.Ordinal) && line.Split(' ') is [_, _, var name, var type])
                types.Add(name, type);
            else if (!line.StartsWith("# HELP ", StringComparison.Ordinal))
                samples.Add(ParseSample(line));
        }
        return new Scrape(samples, types);
    }

    private static Sample ParseSample(string line)
    {
        int at = line.AsSpan().IndexOfAny('{', ' ');
        if (at <= 0)
            throw new FormatException($"not a sample: {line}");
        string name = line[..at];
        Dictionary<string, string> labels = [];
        while (line[at] != ' ')
            at = ParseLabel(line, at + 1, labels);
        return double.TryParse(line.AsSpan(at + 1), NumberStyles.Float, CultureInfo.InvariantCulture, out double value)
            ? new Sample(name, labels, value)
            : throw new FormatException($"not a number: {line}");
    }

    /// <summary>Reads one label and the comma or brace after it.</summary>
    /// <returns>The place of the comma, or the place behind the brace.</returns>
    private static int ParseLabel(string line, int at, Dictionary<string, string> labels)
    {
        int equals = line.IndexOf("=\"", at, StringComparison.Ordinal);
        if (equals < 0)
            throw new FormatException($"not a label: {line}");
        var value = new StringBuilder();
        int i = equals + 2;
        for (; i < line.Length && line[i] != '"'; i++)
            value.Append(line[i] != '\\' ? line[i] : line[++i] == 'n' ? '\n' : line[i]);
        if (i + 2 >= line.Length || line[i + 1] is not (',' or '}'))
            throw new FormatException($"a label without end: {line}");
        labels.Add(line[at..equals], value.ToString());
        return line[i + 1] == ',' ? i + 1 : i + 2;
    }
}
