namespace Huatuo.Tracers.Memory.Oom;

/// <summary>What <c>/proc</c> still tells of a victim.</summary>
/// <param name="Pid">Its process; the tid itself when it is gone.</param>
/// <param name="Comm">Its name; empty when it is gone.</param>
/// <param name="CgroupPath">Its memory cgroup; null when it is gone.</param>
internal readonly record struct VictimProcess(uint Pid, string Comm, string? CgroupPath)
{
    /// <param name="procRoot">Where proc is mounted.</param>
    /// <param name="tid">The thread that the kernel named.</param>
    /// <param name="isV1">Whether memory has a v1 hierarchy.</param>
    internal static VictimProcess Read(string procRoot, uint tid, bool isV1)
    {
        string folder = Path.Combine(procRoot, $"{tid}");
        string? path = null;
        foreach (string line in KeyedFile.Text(Path.Combine(folder, "cgroup")).Split('\n'))
        {
            // id:controllers:path
            string[] parts = line.Split(':', 3);
            if (parts.Length == 3 && (isV1 ? parts[1].Split(',').Contains("memory") : parts[0] == "0"))
                path = parts[2];
        }
        long pid = KeyedFile.Read(Path.Combine(folder, "status")).GetValueOrDefault("Tgid", tid);
        return new((uint)pid, KeyedFile.Text(Path.Combine(folder, "comm")).TrimEnd('\n'), path);
    }
}
