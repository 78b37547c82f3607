namespace Huatuo.Tracers.Memory.MemoryVmstat;

/// <summary>One item of <c>/proc/vmstat</c>.</summary>
/// <param name="Name">Its name; null when it is not shown.</param>
/// <param name="IsEvent">Whether it only grows.</param>
internal readonly record struct VmstatItem(string? Name, bool IsEvent)
{
    // Of what the kernel keeps as an amount (include/linux/mmzone.h), the items that are sums.
    private static readonly string[] s_sums =
    [
        "nr_dirtied", "nr_written", "nr_throttled_written", "nr_vmscan_write", "nr_vmscan_immediate_reclaim", "nr_foll_pin_acquired", "nr_foll_pin_released",
    ];

    internal static bool Grows(string name) =>
        (!name.StartsWith("nr_", StringComparison.Ordinal) && name != "workingset_nodes")
        || name.StartsWith("nr_tlb_", StringComparison.Ordinal)
        || s_sums.Contains(name);

    /// <summary>Of <c>memory.stat</c>, whose amounts have no prefix.</summary>
    internal static bool GrowsInCgroup(string name)
    {
        string bare = name.StartsWith("total_", StringComparison.Ordinal) ? name["total_".Length..] : name;
        return bare.StartsWith("pg", StringComparison.Ordinal) || bare.StartsWith("thp_", StringComparison.Ordinal) || bare.StartsWith("numa_", StringComparison.Ordinal)
            || (bare.StartsWith("workingset_", StringComparison.Ordinal) && bare != "workingset_nodes")
            || bare is "zswpin" or "zswpout" or "zswpwb" or "swpin_zero" or "swpout_zero" or "oom_kill";
    }
}
