using Huatuo.Flow.Options;

namespace Huatuo.AutoTracing.Dload;

/// <summary>The section <c>tracers.dload</c>.</summary>
internal sealed class DloadOptions : AutoTracerOptions
{
    /// <summary>Tasks, averaged over a minute.</summary>
    public double ThresholdLoad { get; set; } = 5;

    /// <summary>Stacks that are known already.</summary>
    public IReadOnlyList<KnownIssue> KnownIssues { get; set; } = [];

    /// <summary>The keys.</summary>
    public static OptionSchema<DloadOptions> Keys { get; } = Schema<DloadOptions>("dload")
        .Add("threshold_load", OptionTypes.Number(0, 1_000_000), o => o.ThresholdLoad, (o, v) => o.ThresholdLoad = v, "How many tasks wait uninterruptibly, averaged over a minute, that must be exceeded.")
        .Add("known_issues", OptionTypes.List(KnownIssue.Type), o => o.KnownIssues, (o, v) => o.KnownIssues = v, "The first whose pattern is found in the stacks is told as `known_issue`.");
}
