using Huatuo.Flow.Filter;
using Huatuo.Flow.Options;

namespace Huatuo.Agent.Configuration;

/// <summary>
/// Prints the configuration that holds, as a configuration file: each value with a comment where it was written. Read
/// again, it gives the same configuration.
/// </summary>
/// <param name="output">Receives the text.</param>
internal sealed class ConfigShow(TextWriter output)
{
    private string[] _open = [];

    /// <summary>Prints everything.</summary>
    public void Write(AgentConfig config) => Write(config.Effective, config.Rules);

    /// <summary>Prints keys and rules.</summary>
    public void Write(IEnumerable<EffectiveOption> options, IReadOnlyList<ConfiguredRule> rules)
    {
        foreach (EffectiveOption option in options)
            WriteOption(option);
        if (rules.Count > 0)
            WriteLine(0, $"{AgentOptions.RulesKey}:");
        foreach (ConfiguredRule rule in rules)
            WriteRule(rule.Rule, rule.Origin);
    }

    private void WriteOption(EffectiveOption option)
    {
        string[] path = option.Path.Split('.');
        int shared = path.AsSpan(0, path.Length - 1).CommonPrefixLength(_open);
        for (int level = shared; level < path.Length - 1; level++)
            WriteLine(level, $"{path[level]}:");
        _open = path[..^1];
        WriteLine(path.Length - 1, $"{path[^1]}: {option.Value}  {Comment(option.Origin)}");
    }

    private void WriteRule(Rule rule, Position? origin)
    {
        WriteLine(1, $"- name: {YamlText.Format(rule.Name)}  {Comment(origin)}");
        WriteLine(2, $"tracer: {YamlText.Format(rule.Tracer)}");
        WriteLine(2, $"enabled: {(rule.Enabled ? "true" : "false")}");
        WriteLine(2, "when:");
        foreach (FunctionCondition condition in rule.Functions)
        {
            WriteLine(3, $"- function: {Values(condition.Names)}");
            if (condition.At is { } at)
                WriteLine(4, $"at: {at}");
        }

        foreach (FieldCondition condition in rule.Fields)
        {
            WriteLine(3, $"- field: {YamlText.Format(condition.Field)}");
            WriteLine(4, $"{Key(condition)}: {Values(condition.Operands)}");
        }
    }

    private static string Key(FieldCondition condition) => condition.Operator switch
    {
        FieldOperator.Is => condition.Operands.Count == 1 ? "is" : "in",
        FieldOperator.Not => "not",
        FieldOperator.Matches => "matches",
        FieldOperator.Less => "less",
        _ => "greater",
    };

    private static string Values(IReadOnlyList<string> values) => values is [var only]
        ? YamlText.Format(only)
        : $"[{string.Join(", ", values.Select(YamlText.Format))}]";

    private static string Comment(Position? origin) => $"# {origin?.ToShortString() ?? "default"}";

    private void WriteLine(int level, string line)
    {
        for (int i = 0; i < level; i++)
            output.Write("  ");
        output.Write(line);
        output.Write('\n');
    }
}
