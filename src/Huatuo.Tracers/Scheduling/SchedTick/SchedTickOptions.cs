using Huatuo.Flow.Options;
using Huatuo.Flow.Tracing;

namespace Huatuo.Tracers.Scheduling.SchedTick;

/// <summary>The section <c>tracers.sched_tick</c>. The filter is applied in the kernel.</summary>
internal sealed class SchedTickOptions : EventTracerOptions
{
    private static readonly TimeSpan s_shortest = TimeSpan.FromMicroseconds(1);

    /// <summary>Only ticks that come longer than this after the one before was due.</summary>
    public TimeSpan IntervalThreshold { get; set; } = TimeSpan.FromMilliseconds(10);

    /// <summary>The keys.</summary>
    public static OptionSchema<SchedTickOptions> Keys { get; } = Schema<SchedTickOptions>("sched_tick")
        .Add("interval_threshold", OptionTypes.DurationBetween(s_shortest, TimeSpan.FromHours(1)), o => o.IntervalThreshold, (o, v) => o.IntervalThreshold = v, "Only ticks that come longer than this after the one before was due; one and a half of the kernel's tick period at least.");
}
