using System.Globalization;
using System.Text;
using Huatuo.Flow.Containers;

namespace Huatuo.Tracers.Memory.Oom;

/// <summary>Reads the memory controller's files, v1 and v2 under the names of v2.</summary>
/// <param name="mount">Where the hierarchy is mounted; null when it is not.</param>
/// <param name="isV1">Whether it is a v1 hierarchy.</param>
internal sealed class CgroupMemory(string? mount, bool isV1)
{
    private static readonly (string V2, string V1)[] s_stat =
    [
        ("anon", "total_rss"), ("file", "total_cache"), ("shmem", "total_shmem"), ("file_mapped", "total_mapped_file"),
        ("file_dirty", "total_dirty"), ("file_writeback", "total_writeback"), ("inactive_anon", "total_inactive_anon"),
        ("active_anon", "total_active_anon"), ("inactive_file", "total_inactive_file"), ("active_file", "total_active_file"),
        ("unevictable", "total_unevictable"), ("kernel_stack", ""), ("pagetables", ""), ("sock", ""), ("slab", ""),
    ];

    private static readonly string[] s_events = ["low", "high", "max", "oom", "oom_kill"];

    internal bool IsV1 => isV1;

    /// <summary>Reads what there still is.</summary>
    /// <param name="cgroup">The cgroup, when known.</param>
    /// <param name="reading">What the kernel told of usage and limit; null to read the files.</param>
    internal CgroupMemoryState Read(Cgroup? cgroup, MemoryReading? reading)
    {
        if (mount is null || cgroup is null)
            return new(reading, [], []);
        string folder = mount + Encoding.UTF8.GetString(cgroup.PathUtf8.Span);
        Dictionary<string, long> stat = KeyedFile.Read(Path.Join(folder, "memory.stat"));
        Dictionary<string, long> events = KeyedFile.Read(Path.Join(folder, isV1 ? "memory.oom_control" : "memory.events"));
        if (isV1 && TryNumber(Path.Join(folder, "memory.failcnt")) is { } failed)
            events["max"] = failed;
        return new(
            reading ?? ReadUsage(folder),
            [.. s_stat.Where(name => stat.ContainsKey(isV1 ? name.V1 : name.V2)).Select(name => Number(name.V2, stat[isV1 ? name.V1 : name.V2]))],
            [.. s_events.Where(events.ContainsKey).Select(name => Number(name, events[name]))]);
    }

    private MemoryReading? ReadUsage(string folder) =>
        TryNumber(Path.Join(folder, isV1 ? "memory.usage_in_bytes" : "memory.current")) is { } current
        && TryNumber(Path.Join(folder, isV1 ? "memory.limit_in_bytes" : "memory.max")) is { } max
            ? new MemoryReading(current, MemoryReading.Limit(max))
            : null;

    private static long? TryNumber(string path)
    {
        string text = KeyedFile.Text(path).Trim();
        if (text == "max")
            return MemoryReading.Unlimited;
        return long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out long value) ? value : null;
    }

    private static NamedNumber Number(string name, long value) => new(Encoding.UTF8.GetBytes(name), value);
}
