using Huatuo.Flow.Options;

namespace Huatuo.Flow.Filter;

/// <summary>The keys of one rule as they are written; <c>when</c> is read by itself.</summary>
internal sealed class RuleOptions
{
    public const string When = "when";

    public static OptionSchema<RuleOptions> Schema { get; } = new OptionSchema<RuleOptions>("rules")
        .Add("name", OptionTypes.Text, o => o.Name, (o, v) => o.Name = v,
            "The rule's name, also in metrics; the name of a shipped rule changes that one.")
        .Add("tracer", OptionTypes.Text, o => o.Tracer, (o, v) => o.Tracer = v,
            "The tracer whose events it is about.")
        .Add("enabled", OptionTypes.Boolean, o => o.Enabled, (o, v) => o.Enabled = v,
            "Whether it is used.")
        .Reserve(When);

    public string Name { get; set; } = "";

    public string Tracer { get; set; } = "";

    public bool Enabled { get; set; } = true;
}
