using Huatuo.Flow.Options;
using Huatuo.Flow.Tracing;

namespace Huatuo.Tracers.Hardware.Ras;

/// <summary>The section <c>tracers.ras</c>.</summary>
internal sealed class RasOptions : RareEventOptions
{
    private static readonly TimeSpan s_longest = TimeSpan.FromDays(7);

    /// <summary>After a threshold interrupt none is stored for this long; zero stores all.</summary>
    public TimeSpan ThresholdBackoff { get; set; } = TimeSpan.FromMinutes(30);

    /// <summary>The keys.</summary>
    public static OptionSchema<RasOptions> Keys { get; } = Schema<RasOptions>("ras")
        .Add("threshold_backoff", OptionTypes.DurationBetween(TimeSpan.Zero, s_longest), o => o.ThresholdBackoff, (o, v) => o.ThresholdBackoff = v, "After a threshold interrupt of the machine check architecture no other one is stored for this long; 0s = all are stored.");
}
