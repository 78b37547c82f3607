using Huatuo.Flow.Options;

namespace Huatuo.AutoTracing.AutotraceSoftirq;

/// <summary>The section <c>tracers.autotrace_softirq</c>.</summary>
internal sealed class AutotraceSoftirqOptions : HistoryOptions
{
    /// <summary>Percent of one CPU.</summary>
    public double Level { get; set; } = 60;

    /// <summary>The keys.</summary>
    public static OptionSchema<AutotraceSoftirqOptions> Keys { get; } = HistorySchema<AutotraceSoftirqOptions>("autotrace_softirq")
        .Add("level", OptionTypes.Number(0, 100), o => o.Level, (o, v) => o.Level = v, "Percent of a CPU's time in softirqs that is too much on any machine.");
}
