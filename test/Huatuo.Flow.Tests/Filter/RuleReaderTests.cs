using Huatuo.Flow.Filter;
using Huatuo.Flow.Options;
using Huatuo.Flow.Tests.Options;
using Huatuo.Flow.Tracing;

namespace Huatuo.Flow.Tests.Filter;

public sealed class RuleReaderTests
{
    [Fact]
    public void AnyTreeGivesRulesThatFitASetOrDiagnostics()
    {
        Rule shipped = new("size", "dropwatch", true, [new FunctionCondition(["f"], 0)], []);
        var random = new Random(6);
        int good = 0;
        for (int i = 0; i < 20_000; i++)
        {
            var diagnostics = new Diagnostics();
            IReadOnlyList<ConfiguredRule> rules = new RuleReader([shipped], new TracerNames(["dropwatch", "size"]), diagnostics).Read(AnyList(random));
            if (diagnostics.HasErrors)
                continue;
            good++;
            foreach (string tracer in new[] { "dropwatch", "size" })
                _ = new RuleSet(tracer, rules.Select(rule => rule.Rule));
        }

        Assert.InRange(good, 100, 20_000);
    }

    private static ConfigNode AnyList(Random random) => random.Next(20) == 0
        ? OptionSchemaTests.Any(random, 5)
        : Tree.List([.. Enumerable.Range(0, random.Next(3)).Select(_ => AnyRule(random))]);

    private static ConfigMapping AnyRule(Random random)
    {
        var entries = new List<(string, ConfigNode)> { ("name", Tree.Scalar($"r{random.Next(9)}")), ("tracer", Tree.Scalar("dropwatch")) };
        if (random.Next(8) == 0)
            entries.RemoveAt(random.Next(2));
        if (random.Next(8) != 0)
            entries.Add(("when", Tree.List([.. Enumerable.Range(0, 1 + random.Next(2)).Select(_ => AnyCondition(random))])));
        if (random.Next(8) == 0)
            entries.Add(("enabled", OptionSchemaTests.Any(random, 1)));
        return Tree.Map([.. entries]);
    }

    private static ConfigMapping AnyCondition(Random random)
    {
        string[] keys = ["is", "in", "not", "matches", "less", "greater", "at"];
        (string, ConfigNode) start = (random.Next(4) == 0 ? "function" : "field", Tree.Scalar("a.b"));
        return Tree.Map([start, .. random.GetItems(keys, random.Next(3)).Distinct().Select(key => (key, OptionSchemaTests.Any(random, 1)))]);
    }
}
