using Huatuo.Linux.Cgroups;

namespace Huatuo.Bench.Hits;

/// <summary>A memory cgroup with a limit, removed with all that it holds.</summary>
internal sealed class LimitedCgroup : IDisposable
{
    private readonly string _path;

    internal LimitedCgroup(long bytes)
    {
        CgroupMounts mounts = CgroupMounts.Load();
        _path = $"{mounts.MemoryV1Path ?? mounts.UnifiedPath}/huatuo-bench-{Environment.ProcessId}";
        Directory.CreateDirectory(_path);
        File.WriteAllText($"{_path}/{(mounts.MemoryV1Path is null ? "memory.max" : "memory.limit_in_bytes")}", $"{bytes}");
    }

    /// <summary>The file that takes the number of a process to have it in here.</summary>
    internal string Processes => _path + "/cgroup.procs";

    public void Dispose() => Directory.Delete(_path);
}
