using Huatuo.Flow.Options;
using Huatuo.Flow.Tracing;

namespace Huatuo.Flow.Filter;

/// <summary>Reads the list <c>rules</c> of the configuration.</summary>
/// <param name="shipped">The rules that hold unless the list changes them.</param>
/// <param name="tracers">The names of all tracers; null when any name will do.</param>
/// <param name="diagnostics">Receives every error.</param>
public sealed class RuleReader(IReadOnlyList<Rule> shipped, TracerNames? tracers, Diagnostics diagnostics)
{
    private const string Path = "rules";
    private const int LongestName = 64;

    private readonly List<ConfiguredRule> _rules = [];

    /// <summary>
    /// The rules as they are listed, then the shipped ones that the list does not name. A listed rule with the name of a
    /// shipped one replaces it; without <c>when</c> it only moves it, or switches it on or off.
    /// </summary>
    /// <param name="list">The list, or null.</param>
    public IReadOnlyList<ConfiguredRule> Read(ConfigNode? list)
    {
        _rules.Clear();
        if (list is ConfigSequence sequence)
        {
            for (int i = 0; i < sequence.Items.Count; i++)
                ReadRule(sequence.Items[i], $"{Path}[{i}]");
        }
        else if (list is not (null or ConfigScalar { IsNull: true }))
        {
            diagnostics.Add(list.Position, Path, $"expected a list of rules, found {list.Describe()}");
        }

        foreach (Rule rule in shipped)
        {
            if (Find(rule.Name) is null)
                _rules.Add(new ConfiguredRule(rule, null));
        }

        if (list is not null)
            CheckCounts(list.Position);
        return [.. _rules];
    }

    private void CheckCounts(Position position)
    {
        foreach (IGrouping<string, ConfiguredRule> rules in _rules.Where(rule => rule.Rule.Enabled).GroupBy(rule => rule.Rule.Tracer))
        {
            if (rules.Count() is > RuleSet.Capacity and int count)
                diagnostics.Add(position, Path, $"the tracer '{rules.Key}' has {count} rules that are enabled; it can have {RuleSet.Capacity}");
        }
    }

    private void ReadRule(ConfigNode node, string path)
    {
        if (node is not ConfigMapping mapping)
        {
            diagnostics.Add(node.Position, path, $"expected a rule with 'name', 'tracer' and 'when', found {node.Describe()}");
            return;
        }

        int errors = diagnostics.Count;
        RuleOptions options = RuleOptions.Schema.Bind(mapping, diagnostics, path);
        Rule? original = shipped.FirstOrDefault(rule => rule.Name == options.Name);
        if (mapping.Find("name") is { } name)
            CheckName(name, options.Name, path);
        else
            diagnostics.Add(node.Position, path, "a rule needs a 'name'");
        string tracer = CheckTracer(mapping, options.Tracer, original, path);
        var conditions = new ConditionReader(diagnostics);
        bool isChanged = ReadConditions(mapping, options.Name, original, conditions, path);
        if (diagnostics.Count > errors)
            return;
        Rule rule = isChanged || original is null
            ? new Rule(options.Name, tracer, options.Enabled, conditions.Functions, conditions.Fields)
            : original with { Enabled = options.Enabled };
        _rules.Add(new ConfiguredRule(rule, mapping.Position));
    }

    private void CheckName(ConfigEntry entry, string name, string path)
    {
        bool isValid = name.Length is > 0 and <= LongestName
            && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-' or '.');
        if (!isValid)
            diagnostics.Add(entry.Value.Position, Diagnostics.Join(path, "name"), $"expected up to {LongestName} letters, digits, _, - or ., found {entry.Value.Describe()}");
        else if (Find(name) is { } other)
            diagnostics.Add(entry.Value.Position, Diagnostics.Join(path, "name"), $"the name '{name}' is taken by the rule at {other.Origin}");
    }

    private string CheckTracer(ConfigMapping mapping, string tracer, Rule? original, string path)
    {
        if (mapping.Find("tracer") is { } entry)
        {
            if (tracers is null)
                return tracer;
            if (!tracers.TryFind(tracer, out string? wireName))
            {
                diagnostics.Add(entry.Value.Position, Diagnostics.Join(path, "tracer"), $"unknown tracer {entry.Value.Describe()}{Nearest.Suggest(tracer, tracers.Names)}");
                return tracer;
            }
            if (original is not null && original.Tracer != wireName && mapping.Find(RuleOptions.When) is null)
                diagnostics.Add(entry.Value.Position, Diagnostics.Join(path, "tracer"), $"the shipped rule '{original.Name}' is about '{original.Tracer}'; another tracer needs a 'when' of its own");
            return wireName;
        }

        if (original is null)
            diagnostics.Add(mapping.Position, path, "a rule needs a 'tracer'");
        return original?.Tracer ?? "";
    }

    /// <summary>Reads <c>when</c>; false when there is none, which only a shipped rule can do without.</summary>
    private bool ReadConditions(
        ConfigMapping mapping, string name, Rule? original, ConditionReader conditions, string path)
    {
        ConfigEntry? when = mapping.Find(RuleOptions.When);
        string whenPath = Diagnostics.Join(path, RuleOptions.When);
        if (when is null)
        {
            if (original is null)
                diagnostics.Add(mapping.Position, path, $"a rule needs 'when', unless it has the name of a shipped rule{Nearest.Suggest(name, shipped.Select(rule => rule.Name))}");
            return false;
        }

        if (when.Value is not ConfigSequence { Items.Count: > 0 } list)
        {
            diagnostics.Add(when.Value.Position, whenPath, $"expected a list with at least one condition, found {(when.Value is ConfigSequence ? "an empty one" : when.Value.Describe())}");
            return true;
        }

        for (int i = 0; i < list.Items.Count; i++)
            conditions.Read(list.Items[i], $"{whenPath}[{i}]");
        if (conditions.Fields.Count > ConditionReader.MostFields)
            diagnostics.Add(list.Position, whenPath, $"{conditions.Fields.Count} comparisons of fields; a rule can have {ConditionReader.MostFields}");
        return true;
    }

    private ConfiguredRule? Find(string name) => _rules.Find(rule => rule.Rule.Name == name);
}
