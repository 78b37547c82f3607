namespace Huatuo.Docs.Tests.Sections;

/// <summary>Every section that pages can have.</summary>
internal static class Generated
{
    /// <summary>The text of a section.</summary>
    /// <exception cref="ArgumentException">There is no such section.</exception>
    public static string Section(string name) => name.Split(' ', 2) switch
    {
        ["options", var section] => OptionTables.Of(section),
        ["rules", var tracer] => ShippedRuleText.Of(tracer),
        ["metrics", var source] => MetricTables.Of(source),
        ["values"] => MetricTables.Values(),
        ["upstream"] => UpstreamTable.Of(),
        ["upstream", "missing"] => UpstreamMetric.Missing(),
        ["commands"] => CommandText.All(),
        ["routes"] => ApiText.Routes(),
        ["exit"] => CommandText.ExitCodes(),
        ["document", var part] => DocumentTables.Of(part),
        ["tracers", var kind] => TracerTable.Of(kind),
        ["kernels"] => KernelTable.All(),
        ["truth", var part] => TruthTables.Of(part),
        _ => throw new ArgumentException($"no section is called '{name}'", nameof(name)),
    };
}
