using Huatuo.Flow.Options;
using Huatuo.Flow.Tracing;

namespace Huatuo.AutoTracing.AutotraceTrigger;

/// <summary>The section <c>tracers.autotrace_trigger</c>.</summary>
internal sealed class AutotraceTriggerOptions : AutoTracerOptions
{
    /// <summary>The triggers.</summary>
    public IReadOnlyList<TriggerOptions> Triggers { get; set; } = [];

    /// <summary>The keys.</summary>
    public static OptionSchema<AutotraceTriggerOptions> Keys { get; } = TracerOptions.Schema<AutotraceTriggerOptions>("autotrace_trigger")
        .Add("interval", OptionTypes.DurationBetween(TimeSpan.FromMilliseconds(100), TimeSpan.FromHours(1)), o => o.Interval, (o, v) => o.Interval = v, "How often the metrics are looked at.")
        .Add("triggers", new TriggerType(), o => o.Triggers, (o, v) => o.Triggers = v, "The triggers.");
}
