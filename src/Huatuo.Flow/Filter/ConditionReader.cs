using System.Globalization;
using Huatuo.Flow.Options;

namespace Huatuo.Flow.Filter;

/// <summary>Reads the conditions of one rule.</summary>
internal sealed class ConditionReader(Diagnostics diagnostics)
{
    /// <summary>How many comparisons of fields one rule can have, so that all rules of a tracer fit a set.</summary>
    public const int MostFields = ConditionBits.Capacity / RuleSet.Capacity;

    private const int LongestPattern = 512;

    private static readonly string[] Operators = ["is", "in", "not", "matches", "less", "greater"];

    public List<FunctionCondition> Functions { get; } = [];

    public List<FieldCondition> Fields { get; } = [];

    public void Read(ConfigNode node, string path)
    {
        if (diagnostics.Mapping(node, path) is not { } mapping)
        {
            if (node is ConfigScalar { IsNull: true })
                diagnostics.Add(node.Position, path, "expected 'function' or 'field', found no value");
            return;
        }

        int errors = diagnostics.Count;
        ConditionOptions options = ConditionOptions.Schema.Bind(mapping, diagnostics, path);
        if (diagnostics.Count > errors)
            return;
        bool isFunction = mapping.Find("function") is not null;
        if (isFunction == (mapping.Find("field") is not null))
            diagnostics.Add(node.Position, path, "a condition needs either 'function' or 'field'");
        else if (isFunction)
            ReadFunction(mapping, options, path);
        else
            ReadField(mapping, options, path);
    }

    private void ReadFunction(ConfigMapping mapping, ConditionOptions options, string path)
    {
        foreach (string name in Operators)
        {
            if (mapping.Find(name) is { } entry)
                diagnostics.Add(entry.Position, Diagnostics.Join(path, name), "belongs to 'field', not to 'function'");
        }

        if (options.Function.Count == 0 || options.Function.Contains(""))
            diagnostics.Add(mapping.Find("function")!.Value.Position, Diagnostics.Join(path, "function"), "expected the name of a function");
        Functions.Add(new FunctionCondition(options.Function, mapping.Find("at") is null ? null : options.At));
    }

    private void ReadField(ConfigMapping mapping, ConditionOptions options, string path)
    {
        if (options.Field.Split('.').Contains(""))
            diagnostics.Add(mapping.Find("field")!.Value.Position, Diagnostics.Join(path, "field"), "expected a dotted path such as layers.tcp.sk_state");
        if (mapping.Find("at") is { } at)
            diagnostics.Add(at.Position, Diagnostics.Join(path, "at"), "belongs to 'function', not to 'field'");
        int before = Fields.Count;
        foreach (ConfigEntry entry in mapping.Entries)
        {
            if (Compare(entry, options, Diagnostics.Join(path, entry.Key)) is { } condition)
                Fields.Add(condition);
        }

        if (Fields.Count == before)
            diagnostics.Add(mapping.Position, path, $"a field needs a comparison: {string.Join(", ", Operators)}");
    }

    private FieldCondition? Compare(ConfigEntry entry, ConditionOptions options, string path)
    {
        FieldCondition? condition = entry.Key switch
        {
            "is" => new(options.Field, FieldOperator.Is, [options.Is]),
            "in" => new(options.Field, FieldOperator.Is, options.In),
            "not" => new(options.Field, FieldOperator.Not, options.Not),
            "matches" => new(options.Field, FieldOperator.Matches, [options.Matches]),
            "less" => new(options.Field, FieldOperator.Less, [options.Less.ToString(CultureInfo.InvariantCulture)]),
            "greater" => new(options.Field, FieldOperator.Greater, [options.Greater.ToString(CultureInfo.InvariantCulture)]),
            _ => null,
        };
        if (condition is { Operands.Count: 0 })
            diagnostics.Add(entry.Value.Position, path, "expected at least one value");
        else if (condition is { Operator: FieldOperator.Matches } && PatternError(options.Matches) is { } error)
            diagnostics.Add(entry.Value.Position, path, error);
        return condition;
    }

    private static string? PatternError(string pattern)
    {
        if (pattern.Length > LongestPattern)
            return $"the regular expression is longer than {LongestPattern} characters";
        try
        {
            _ = new PatternTest(pattern);
            return null;
        }
        catch (ArgumentException e)
        {
            return e.Message;
        }
    }
}
