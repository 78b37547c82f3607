namespace Huatuo.Tracers.Memory.Oom;

/// <summary>Usage and limit of a memory cgroup in bytes.</summary>
/// <param name="Current">What is charged.</param>
/// <param name="Max">The limit; <see cref="Unlimited"/> for none.</param>
internal readonly record struct MemoryReading(long Current, long Max)
{
    /// <summary>No limit, the largest number that stores with signed integers take.</summary>
    internal const long Unlimited = long.MaxValue;

    /// <summary>Pages in bytes; PAGE_COUNTER_MAX (include/linux/page_counter.h) and more is <see cref="Unlimited"/>.</summary>
    internal static long Bytes(ulong pages) => Limit(pages >= long.MaxValue / (ulong)Environment.SystemPageSize ? long.MaxValue : (long)pages * Environment.SystemPageSize);

    /// <summary>A v1 limit file says no limit by the largest multiple of a page.</summary>
    internal static long Limit(long bytes) => bytes >= long.MaxValue / Environment.SystemPageSize * Environment.SystemPageSize ? Unlimited : bytes;
}
