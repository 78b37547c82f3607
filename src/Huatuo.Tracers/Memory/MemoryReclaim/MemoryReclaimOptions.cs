using Huatuo.Flow.Options;
using Huatuo.Flow.Tracing;

namespace Huatuo.Tracers.Memory.MemoryReclaim;

/// <summary>The section <c>tracers.memory_reclaim</c>. The filter is applied in the kernel.</summary>
internal sealed class MemoryReclaimOptions : RareEventOptions
{
    /// <summary>Only reclaim that took this long.</summary>
    public TimeSpan BlockedThreshold { get; set; } = TimeSpan.FromMilliseconds(900);

    /// <summary>The keys.</summary>
    public static OptionSchema<MemoryReclaimOptions> Keys { get; } = Schema<MemoryReclaimOptions>("memory_reclaim")
        .Add("blocked_threshold", OptionTypes.DurationBetween(TimeSpan.Zero, TimeSpan.FromHours(1)), o => o.BlockedThreshold, (o, v) => o.BlockedThreshold = v, "Only reclaim that blocked a task for at least this long.");
}
