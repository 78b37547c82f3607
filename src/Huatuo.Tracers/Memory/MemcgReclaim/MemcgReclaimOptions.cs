using Huatuo.Flow.Options;
using Huatuo.Flow.Tracing;

namespace Huatuo.Tracers.Memory.MemcgReclaim;

/// <summary>The section <c>tracers.memcg_reclaim</c>.</summary>
internal sealed class MemcgReclaimOptions : TracerOptions
{
    /// <summary>How many cgroups have counters of their own.</summary>
    public uint MaxCgroups { get; set; } = 2048;

    /// <summary>The keys.</summary>
    public static OptionSchema<MemcgReclaimOptions> Keys { get; } = Schema<MemcgReclaimOptions>("memcg_reclaim")
        .Add("max_cgroups", OptionTypes.Integer<uint>(1, 65536), o => o.MaxCgroups, (o, v) => o.MaxCgroups = v, "Cgroups that are counted for themselves, at some 100 bytes; those above are counted as `other`.");
}
