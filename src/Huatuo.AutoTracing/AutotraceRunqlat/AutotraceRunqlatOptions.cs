using Huatuo.Flow.Options;

namespace Huatuo.AutoTracing.AutotraceRunqlat;

/// <summary>The section <c>tracers.autotrace_runqlat</c>.</summary>
internal sealed class AutotraceRunqlatOptions : HistoryOptions
{
    /// <summary>Of the mean wait.</summary>
    public TimeSpan Level { get; set; } = TimeSpan.FromMilliseconds(10);

    /// <summary>The keys.</summary>
    public static OptionSchema<AutotraceRunqlatOptions> Keys { get; } = HistorySchema<AutotraceRunqlatOptions>("autotrace_runqlat")
        .Add("level", OptionTypes.DurationBetween(TimeSpan.FromMicroseconds(1), TimeSpan.FromMinutes(1)), o => o.Level, (o, v) => o.Level = v, "The mean wait for a CPU that is too much on any machine.");
}
