using Huatuo.Agent.Configuration;
using Huatuo.Flow.Filter;

namespace Huatuo.Agent.Runtime;

/// <summary>What is different between two lists of rules.</summary>
internal static class RuleChanges
{
    /// <summary>Whether the same rules hold in the same order.</summary>
    internal static bool IsSame(IReadOnlyList<ConfiguredRule> from, IReadOnlyList<ConfiguredRule> to) => from.Select(Text).SequenceEqual(to.Select(Text));

    /// <summary>Each change, such as <c>rules.NAME from none to …</c>.</summary>
    internal static IEnumerable<string> Between(IReadOnlyList<ConfiguredRule> from, IReadOnlyList<ConfiguredRule> to)
    {
        Dictionary<string, string> before = Texts(from), after = Texts(to);
        string[] changed =
        [
            .. after.Where(rule => before.GetValueOrDefault(rule.Key) != rule.Value).Select(rule => Told(rule.Key, before.GetValueOrDefault(rule.Key), rule.Value)),
            .. before.Where(rule => !after.ContainsKey(rule.Key)).Select(rule => Told(rule.Key, rule.Value, null)),
        ];
        return changed.Length > 0 || IsSame(from, to) ? changed : [$"the order of the {AgentOptions.RulesKey} from {string.Join(", ", before.Keys)} to {string.Join(", ", after.Keys)}"];
    }

    private static Dictionary<string, string> Texts(IEnumerable<ConfiguredRule> rules) => rules.ToDictionary(rule => rule.Rule.Name, Text);

    private static string Told(string name, string? from, string? to) => $"{AgentOptions.RulesKey}.{name} from {from ?? "none"} to {to ?? "none"}";

    private static string Text(ConfiguredRule configured)
    {
        Rule rule = configured.Rule;
        return string.Join('|', [
            rule.Name,
            rule.Tracer,
            rule.Enabled ? "on" : "off",
            .. rule.Functions.Select(function => $"{string.Join(',', function.Names)}@{function.At}"),
            .. rule.Fields.Select(field => $"{field.Field} {field.Operator} {string.Join(',', field.Operands)}"),
        ]);
    }
}
