using Huatuo.Flow.Options;

namespace Huatuo.Flow.Filter;

/// <summary>The keys of one condition as they are written.</summary>
internal sealed class ConditionOptions
{
    private static readonly OptionType<Int128> Bound = OptionTypes.Integer<Int128>(long.MinValue, ulong.MaxValue);

    public static OptionSchema<ConditionOptions> Schema { get; } = new OptionSchema<ConditionOptions>(RuleOptions.When)
        .Add("function", OptionTypes.List(OptionTypes.Text), o => o.Function, (o, v) => o.Function = v,
            "Functions of which the stack must hold one.")
        .Add("at", OptionTypes.Integer(0, FunctionCondition.LastPosition), o => o.At, (o, v) => o.At = v,
            "The frame where the function must be, counted from the one that holds drop_location; without it, anywhere.")
        .Add("field", OptionTypes.Text, o => o.Field, (o, v) => o.Field = v,
            "The dotted path of a field of the document.")
        .Add("is", OptionTypes.Text, o => o.Is, (o, v) => o.Is = v, "The value of the field.")
        .Add("in", OptionTypes.List(OptionTypes.Text), o => o.In, (o, v) => o.In = v, "The possible values of the field.")
        .Add("not", OptionTypes.List(OptionTypes.Text), o => o.Not, (o, v) => o.Not = v, "Values that the field does not have.")
        .Add("matches", OptionTypes.Text, o => o.Matches, (o, v) => o.Matches = v,
            "A regular expression that is found in the field.")
        .Add("less", Bound, o => o.Less, (o, v) => o.Less = v, "A number that the field is less than.")
        .Add("greater", Bound, o => o.Greater, (o, v) => o.Greater = v, "A number that the field is greater than.");

    public IReadOnlyList<string> Function { get; set; } = [];

    public int At { get; set; }

    public string Field { get; set; } = "";

    public string Is { get; set; } = "";

    public IReadOnlyList<string> In { get; set; } = [];

    public IReadOnlyList<string> Not { get; set; } = [];

    public string Matches { get; set; } = "";

    public Int128 Less { get; set; }

    public Int128 Greater { get; set; }
}
