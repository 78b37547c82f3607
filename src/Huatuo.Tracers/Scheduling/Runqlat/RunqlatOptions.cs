using Huatuo.Flow.Options;
using Huatuo.Flow.Tracing;

namespace Huatuo.Tracers.Scheduling.Runqlat;

/// <summary>The section <c>tracers.runqlat</c>.</summary>
internal sealed class RunqlatOptions : TracerOptions
{
    /// <summary>How many cgroups have counters of their own.</summary>
    public uint MaxCgroups { get; set; } = 2048;

    /// <summary>The keys.</summary>
    public static OptionSchema<RunqlatOptions> Keys { get; } = Schema<RunqlatOptions>("runqlat")
        .Add("max_cgroups", OptionTypes.Integer<uint>(1, 65536), o => o.MaxCgroups, (o, v) => o.MaxCgroups = v, "Cgroups that are counted for themselves, at 56 bytes on each CPU; those above are counted as `other`.");
}
