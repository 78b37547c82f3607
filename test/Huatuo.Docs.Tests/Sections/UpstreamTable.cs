using Huatuo.Docs.Tests.Pages;
using Huatuo.Http.Upstream;

namespace Huatuo.Docs.Tests.Sections;

/// <summary>Upstream's families and what each is made of.</summary>
internal static class UpstreamTable
{
    public static string Of()
    {
        var table = new Table("metric", "type", "own labels", "from");
        foreach (UpstreamRule rule in UpstreamRules.All)
        {
            string only = rule.Only is { } condition ? $" ({condition.Label}: {string.Join(", ", condition.Values)})" : "";
            table.Row(Table.Code(UpstreamNames.Prefix + rule.To), rule.Kind.ToString().ToLowerInvariant(), string.Join(", ", rule.Labels.Select(label => Table.Code(label.To))), Table.Code(rule.From) + only);
        }
        return table.ToString();
    }
}
