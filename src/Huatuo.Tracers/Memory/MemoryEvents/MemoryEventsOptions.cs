using Huatuo.Flow.Options;
using Huatuo.Flow.Tracing;

namespace Huatuo.Tracers.Memory.MemoryEvents;

/// <summary>The section <c>tracers.memory_events</c>.</summary>
internal sealed class MemoryEventsOptions : TracerOptions
{
    /// <summary>Which events are shown.</summary>
    public string Included { get; set; } = "";

    /// <summary>Which are not.</summary>
    public string Excluded { get; set; } = "";

    /// <summary>The keys.</summary>
    public static OptionSchema<MemoryEventsOptions> Keys { get; } = Schema<MemoryEventsOptions>("memory_events")
        .Add("included", OptionTypes.Pattern, o => o.Included, (o, v) => o.Included = v, "Only events in whose name this is found; empty for all.")
        .Add("excluded", OptionTypes.Pattern, o => o.Excluded, (o, v) => o.Excluded = v, "None in whose name this is found.");
}
