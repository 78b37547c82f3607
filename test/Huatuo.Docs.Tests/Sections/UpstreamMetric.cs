namespace Huatuo.Docs.Tests.Sections;

/// <summary>A metric of HUATUO's own agent.</summary>
/// <param name="Name">Its name after the prefix, in which braces stand for what differs.</param>
/// <param name="Type">As in the text format.</param>
/// <param name="Labels">Its own, without <c>host</c>, <c>region</c> and those of containers.</param>
/// <param name="Reason">Why it is not on our page, or which label it lacks there; empty when it is whole.</param>
internal sealed record UpstreamMetric(string Name, string Type, IReadOnlyList<string> Labels, string Reason)
{
    private const string Without = "without ";

    /// <summary>All of them, from <c>upstream-metrics.tsv</c>.</summary>
    public static IReadOnlyList<UpstreamMetric> All { get; } = [.. Repository.Read("test/Huatuo.Docs.Tests/upstream-metrics.tsv").Split('\n')
        .Where(line => line.Length > 0 && line[0] != '#').Select(Parse)];

    /// <summary>Whether our page has it.</summary>
    public bool IsThere => Reason.Length == 0 || Reason.StartsWith(Without, StringComparison.Ordinal);

    /// <summary>The labels that it has on our page.</summary>
    public IEnumerable<string> OurLabels => Reason.StartsWith(Without, StringComparison.Ordinal) ? Labels.Except([Reason[Without.Length..Reason.IndexOf(':', StringComparison.Ordinal)]]) : Labels;

    /// <summary>The table of what is missing, and why.</summary>
    public static string Missing()
    {
        var table = new Pages.Table("metric", "why");
        foreach (UpstreamMetric metric in All.Where(metric => metric.Reason.Length > 0))
            table.Row(Pages.Table.Code(Http.Upstream.UpstreamNames.Prefix + metric.Name), metric.Reason);
        return table.ToString();
    }

    private static UpstreamMetric Parse(string line)
    {
        string[] parts = [.. line.Split('\t'), "", ""];
        return new UpstreamMetric(parts[0], parts[1], parts[2].Split(',', StringSplitOptions.RemoveEmptyEntries), parts[3]);
    }
}
