using Huatuo.Flow.Options;
using Huatuo.Flow.Tracing;

namespace Huatuo.Tracers.Memory.MemoryVmstat;

/// <summary>The section <c>tracers.memory_vmstat</c>.</summary>
internal sealed class MemoryVmstatOptions : TracerOptions
{
    /// <summary>Which items of the host are shown.</summary>
    public string IncludedOnHost { get; set; } =
        "allocstall|compact_(stall|fail|success)|nr_active_anon|nr_active_file|nr_dirty|nr_free_pages|nr_inactive_anon|nr_inactive_file|nr_mlock|nr_shmem"
        + "|nr_slab_reclaimable|nr_slab_unreclaimable|nr_unevictable|nr_writeback|numa_pages_migrated|oom_kill|pgdeactivate|pgfault|pgmajfault|pgrefill"
        + "|pgscan_direct|pgscan_kswapd|pgsteal_direct|pgsteal_kswapd|pswpin|pswpout|workingset_refault";

    /// <summary>Which of them are not.</summary>
    public string ExcludedOnHost { get; set; } = "total";

    /// <summary>Which items of containers are shown.</summary>
    public string IncludedOnContainer { get; set; } =
        "active_anon|active_file|dirty|inactive_anon|inactive_file|pgdeactivate|pgrefill|pgscan_direct|pgscan_kswapd|pgsteal_direct|pgsteal_kswapd|shmem|unevictable"
        + "|writeback|^(anon|file|kernel|slab|sock|rss|cache|swap|pgfault|pgmajfault)$|workingset_refault";

    /// <summary>Which of them are not.</summary>
    public string ExcludedOnContainer { get; set; } = "total";

    /// <summary>The keys.</summary>
    public static OptionSchema<MemoryVmstatOptions> Keys { get; } = Schema<MemoryVmstatOptions>("memory_vmstat")
        .Add("included_on_host", OptionTypes.Pattern, o => o.IncludedOnHost, (o, v) => o.IncludedOnHost = v, "Only items of `/proc/vmstat` in which this is found; empty for all.")
        .Add("excluded_on_host", OptionTypes.Pattern, o => o.ExcludedOnHost, (o, v) => o.ExcludedOnHost = v, "None of those in which this is found.")
        .Add("included_on_container", OptionTypes.Pattern, o => o.IncludedOnContainer, (o, v) => o.IncludedOnContainer = v, "Only items of containers' `memory.stat` in which this is found; empty for all.")
        .Add("excluded_on_container", OptionTypes.Pattern, o => o.ExcludedOnContainer, (o, v) => o.ExcludedOnContainer = v, "None of those in which this is found.");
}
