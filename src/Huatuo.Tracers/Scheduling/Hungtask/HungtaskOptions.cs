using Huatuo.Flow.Options;
using Huatuo.Flow.Tracing;

namespace Huatuo.Tracers.Scheduling.Hungtask;

/// <summary>The section <c>tracers.hungtask</c>.</summary>
internal sealed class HungtaskOptions : RareEventOptions
{
    private static readonly TimeSpan s_longest = TimeSpan.FromDays(7);

    /// <summary>After an event none is stored for this long; zero stores all.</summary>
    public TimeSpan Backoff { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>How far the back-off grows.</summary>
    public TimeSpan BackoffMax { get; set; } = TimeSpan.FromHours(3);

    /// <summary>Quiet for this long, and the back-off starts anew.</summary>
    public TimeSpan BackoffQuiet { get; set; } = TimeSpan.FromHours(1);

    /// <summary>The keys.</summary>
    public static OptionSchema<HungtaskOptions> Keys { get; } = Schema<HungtaskOptions>("hungtask")
        .Add("backoff", OptionTypes.DurationBetween(TimeSpan.Zero, s_longest), o => o.Backoff, (o, v) => o.Backoff = v, "After an event none is stored for this long, twice as long after each; 0s = all are stored.")
        .Add("backoff_max", OptionTypes.DurationBetween(TimeSpan.Zero, s_longest), o => o.BackoffMax, (o, v) => o.BackoffMax = v, "The back-off grows up to this.")
        .Add("backoff_quiet", OptionTypes.DurationBetween(TimeSpan.Zero, s_longest), o => o.BackoffQuiet, (o, v) => o.BackoffQuiet = v, "After this long without a hung task the back-off starts anew.");
}
