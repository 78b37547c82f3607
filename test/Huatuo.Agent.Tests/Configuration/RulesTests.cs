using Huatuo.Agent.Configuration;
using Huatuo.Flow.Filter;

namespace Huatuo.Agent.Tests.Configuration;

public sealed class RulesTests
{
    private static string[] Names(string yaml) =>
        [.. Sample.Good(yaml).Rules.Select(rule => $"{rule.Rule.Name} {(rule.Rule.Enabled ? "on" : "off")} {rule.Origin?.ToShortString() ?? "default"}")];

    [Fact]
    public void ShippedRulesAreThoseOfTheirFile()
    {
        IReadOnlyList<Rule> rules = ShippedRules.Read();
        Assert.Equal(["close_wait_purge", "neigh_invalidate", "bnxt_tx_int"], rules.Select(rule => rule.Name));
        Assert.All(rules, rule => Assert.Equal(("dropwatch", true), (rule.Tracer, rule.Enabled)));
        ReadOnlyMemory<byte>[] stack = ["kfree_skb"u8.ToArray(), "skb_rbtree_purge.cold"u8.ToArray(), "__bnxt_tx_int"u8.ToArray(), "neigh_invalidate"u8.ToArray()];
        var set = new RuleSet("dropwatch", rules);
        Assert.Equal(0b000UL, set.MatchStack(new StackFrames(stack, 0)));
        Assert.Equal(0b001UL, set.MatchStack(new StackFrames(stack, 1)));
        Assert.Equal(0b100UL, set.MatchStack(new StackFrames(stack, 2)));
        Assert.Equal(0b010UL, set.MatchStack(new StackFrames(stack, 3)));
    }

    [Fact]
    public void ListedRulesComeFirst() => Assert.Equal(
        ["mine on huatuo.yaml:2", "close_wait_purge on default", "neigh_invalidate on default", "bnxt_tx_int on default"],
        Names("rules:\n  - {name: mine, tracer: oom, when: [{function: f}]}\n"));

    [Fact]
    public void AShippedRuleIsSwitchedOffByItsName()
    {
        string[] expected = ["neigh_invalidate off huatuo.yaml:2", "close_wait_purge on default", "bnxt_tx_int on default"];
        Assert.Equal(expected, Names("rules:\n  - {name: neigh_invalidate, enabled: false}\n"));
        Assert.Equal(expected, Names("rules:\n  - {name: neigh_invalidate, tracer: dropwatch, enabled: false}\n"));
    }

    [Fact]
    public void AShippedRuleIsReplacedByItsName()
    {
        Rule rule = Sample.Good("rules:\n  - {name: neigh_invalidate, when: [{function: other}]}\n").Rules[0].Rule;
        Assert.Equal(("neigh_invalidate", "dropwatch", true), (rule.Name, rule.Tracer, rule.Enabled));
        Assert.Equal(["other"], Assert.Single(rule.Functions).Names);
        Assert.Null(rule.Functions[0].At);
        Assert.Equal(3, Sample.Good("rules:\n  - {name: neigh_invalidate, when: [{function: other}]}\n").Rules.Count);
    }

    [Theory]
    [InlineData("{name: a, tracer: oom}", "rules[0]: a rule needs 'when', unless it has the name of a shipped rule")]
    [InlineData("{name: bnxt_tx_in, tracer: oom}", "rules[0]: a rule needs 'when', unless it has the name of a shipped rule; did you mean 'bnxt_tx_int'?")]
    [InlineData("{name: a, when: [{function: f}]}", "rules[0]: a rule needs a 'tracer'")]
    [InlineData("{tracer: oom, when: [{function: f}]}", "rules[0]: a rule needs a 'name'")]
    [InlineData("{name: a b, tracer: oom, when: [{function: f}]}", "rules[0].name: expected up to 64 letters, digits, _, - or ., found 'a b'")]
    [InlineData("{name: a, tracer: dropwach, when: [{function: f}]}", "rules[0].tracer: unknown tracer 'dropwach'; did you mean 'dropwatch'?")]
    [InlineData("{name: bnxt_tx_int, tracer: oom}", "rules[0].tracer: the shipped rule 'bnxt_tx_int' is about 'dropwatch'; another tracer needs a 'when' of its own")]
    [InlineData("{name: a, tracer: oom, when: []}", "rules[0].when: expected a list with at least one condition, found an empty one")]
    [InlineData("{name: a, tracer: oom, when: }", "rules[0].when: expected a list with at least one condition, found no value")]
    [InlineData("{name: a, tracer: oom, when: {function: f}}", "rules[0].when: expected a list with at least one condition, found a mapping")]
    [InlineData("{name: a, tracer: oom, wen: [{function: f}], when: [{function: f}]}", "rules[0].wen: unknown key; did you mean 'when'?")]
    [InlineData("{name: a, tracer: oom, enabled: 1, when: [{function: f}]}", "rules[0].enabled: expected true or false, found '1'")]
    [InlineData("just text", "rules[0]: expected a rule with 'name', 'tracer' and 'when', found 'just text'")]
    public void RulesThatCannotBe(string rule, string error) => Assert.Equal(error, Only(rule));

    [Theory]
    [InlineData("", "expected 'function' or 'field', found no value")]
    [InlineData("f", "expected a mapping of keys, found 'f'")]
    [InlineData("{}", "a condition needs either 'function' or 'field'")]
    [InlineData("{at: 0}", "a condition needs either 'function' or 'field'")]
    [InlineData("{function: f, field: a, is: b}", "a condition needs either 'function' or 'field'")]
    [InlineData("{funtion: f}", ".funtion: unknown key; did you mean 'function'?")]
    [InlineData("{function: []}", ".function: expected the name of a function")]
    [InlineData("{function: [f, '']}", ".function: expected the name of a function")]
    [InlineData("{function: f, at: -1}", ".at: expected a whole number from 0 to 126, found '-1'")]
    [InlineData("{function: f, is: x}", ".is: belongs to 'field', not to 'function'")]
    [InlineData("{field: a, at: 0, is: x}", ".at: belongs to 'function', not to 'field'")]
    [InlineData("{field: a}", "a field needs a comparison: is, in, not, matches, less, greater")]
    [InlineData("{field: a..b, is: x}", ".field: expected a dotted path such as layers.tcp.sk_state")]
    [InlineData("{field: '', is: x}", ".field: expected a dotted path such as layers.tcp.sk_state")]
    [InlineData("{field: a, is: [x]}", ".is: expected text (\"\" for none), found a list")]
    [InlineData("{field: a, in: []}", ".in: expected at least one value")]
    [InlineData("{field: a, less: x}", ".less: expected a whole number from -9223372036854775808 to 18446744073709551615, found 'x'")]
    [InlineData("{field: a, matches: '(?=x)'}", ".matches: the regular expression is too large, or has look-around, back references or atomic groups, which are not possible")]
    [InlineData("{field: a, matches: '(x)\\1'}", ".matches: the regular expression is too large, or has look-around, back references or atomic groups, which are not possible")]
    public void ConditionsThatCannotBe(string condition, string error) => Assert.Equal(
        $"rules[0].when[0]{(error.StartsWith('.') ? "" : ": ")}{error}",
        Only($"{{name: a, tracer: oom, when: [\n  {(condition.Length == 0 ? "~" : condition)}]}}"));

    [Fact]
    public void APatternThatIsNoneSaysWhy()
    {
        Assert.StartsWith("rules[0].when[0].matches: not a regular expression: ", Only("{name: a, tracer: oom, when: [{field: a, matches: '('}]}"), StringComparison.Ordinal);
        Assert.Equal("rules[0].when[0].matches: the regular expression is longer than 512 characters", Only($"{{name: a, tracer: oom, when: [{{field: a, matches: {new string('x', 513)}}}]}}"));
    }

    [Fact]
    public void APatternThatWouldFillTheMemoryIsRefused() => Assert.Equal(
        "rules[0].when[0].matches: the regular expression is too large, or has look-around, back references or atomic groups, which are not possible",
        Only("{name: a, tracer: oom, when: [{field: a, matches: '((x{1000}){1000}){1000}'}]}"));

    [Fact]
    public void NamesAreTakenOnce() => Assert.Equal(
        "rules[1].name: the name 'a' is taken by the rule at huatuo.yaml:2:3",
        Only("{name: a, tracer: oom, when: [{function: f}]}\n- {name: a, tracer: oom, when: [{function: f}]}"));

    [Fact]
    public void RulesAndComparisonsAreBounded()
    {
        string Many(int count) => string.Join("\n- ", Enumerable.Range(0, count).Select(i => $"{{name: r{i}, tracer: oom, when: [{{function: f}}]}}"));
        Sample.Good($"rules:\n- {Many(64)}\n");
        Assert.Equal("rules: the tracer 'oom' has 65 rules that are enabled; it can have 64", Only(Many(65)));
        string Wide(int count) => $"{{name: a, tracer: oom, when: [{string.Join(", ", Enumerable.Repeat("{field: a, is: b}", count))}]}}";
        Sample.Good($"rules:\n- {Wide(16)}\n");
        Assert.Equal("rules[0].when: 17 comparisons of fields; a rule can have 16", Only(Wide(17)));
    }

    /// <summary>The one error of a list with a rule, without its position.</summary>
    private static string Only(string rule)
    {
        string error = Sample.Errors($"rules:\n- {rule}\n");
        Assert.DoesNotContain('\n', error);
        return error[(error.IndexOf(": ", StringComparison.Ordinal) + 2)..];
    }
}
