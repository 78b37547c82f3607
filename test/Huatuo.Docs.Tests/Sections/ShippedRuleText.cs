using Huatuo.Agent.Configuration;
using Huatuo.Docs.Tests.Pages;
using Huatuo.Flow.Filter;

namespace Huatuo.Docs.Tests.Sections;

/// <summary>The rules that hold unless the configuration changes them.</summary>
internal static class ShippedRuleText
{
    /// <summary>Those of one tracer.</summary>
    public static string Of(string tracer)
    {
        var table = new Table("rule", "ignores an event when");
        foreach (Rule rule in ShippedRules.Read().Where(rule => rule.Tracer == tracer))
            table.Row(Table.Code(rule.Name), string.Join(" and ", rule.Functions.Select(Words).Concat(rule.Fields.Select(Words))));
        return table.ToString();
    }

    private static string Words(FunctionCondition condition)
    {
        string names = string.Join(" or ", condition.Names.Select(Table.Code));
        return condition.At switch
        {
            null => $"{names} is in the stack",
            0 => $"the packet was dropped in {names}",
            var at => $"{names} is {at} frames above the drop",
        };
    }

    private static string Words(FieldCondition condition) =>
        $"`{condition.Field}` {condition.Operator switch { FieldOperator.Is => "is", FieldOperator.Not => "is not", var other => other.ToString().ToLowerInvariant() }} "
        + string.Join(" or ", condition.Operands.Select(Table.Code));
}
