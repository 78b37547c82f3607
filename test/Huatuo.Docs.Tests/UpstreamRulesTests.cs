using Huatuo.Docs.Tests.Sections;
using Huatuo.Http.Upstream;

namespace Huatuo.Docs.Tests;

public sealed class UpstreamRulesTests
{
    public static TheoryData<string> Names => [.. UpstreamRules.All.Select(rule => rule.To)];

    [Theory]
    [MemberData(nameof(Names))]
    public void Each_is_made_of_a_family_that_exists_and_labels_that_it_has(string name)
    {
        foreach (UpstreamRule rule in UpstreamRules.All.Where(rule => rule.To == name))
        {
            RecordedFamily family = MetricTables.All.Values.SelectMany(families => families).Single(family => family.Name == rule.From);
            IEnumerable<string> used = rule.Labels.Select(label => label.From).Concat(rule.Only is { } only ? [only.Label] : []);
            Assert.Subset(family.Labels.ToHashSet(), used.Concat(Braced(rule.To)).ToHashSet());
            Assert.Equal(rule.To.Contains("_container_", StringComparison.Ordinal), family.Labels.Contains("container_id"));
            if (rule.Zones.Count > 0)
                Assert.All(rule.Zones, zone => Assert.Contains(zone, family.Help.Contains(zone, StringComparison.Ordinal) ? family.Help : ZonesElsewhere(rule.From), StringComparison.Ordinal));
        }
    }

    private static IEnumerable<string> Braced(string name) => name.Split('{').Skip(1).Select(part => part[..part.IndexOf('}', StringComparison.Ordinal)]);

    // A container's zones are those of the host.
    private static string ZonesElsewhere(string family) =>
        MetricTables.All.Values.SelectMany(families => families).Single(other => other.Name == family.Replace("_container", "", StringComparison.Ordinal)).Help;
}
