using System.Globalization;
using Huatuo.Linux.Proc;

namespace Huatuo.AutoTracing.Capturing;

/// <summary>The processes of a cgroup and of those below it.</summary>
internal static class CgroupProcesses
{
    // Below these a container may have made cgroups of its own.
    private const int Deepest = 16;

    /// <summary>Their numbers; none when it is gone.</summary>
    /// <param name="folder">The cgroup's.</param>
    internal static List<int> Of(string folder) => Of(folder, depth: 0);

    private static List<int> Of(string folder, int depth)
    {
        List<int> pids = [];
        foreach (string line in (KernelFile.TryRead(Path.Combine(folder, "cgroup.procs")) ?? "").Split('\n'))
            if (int.TryParse(line, NumberStyles.None, CultureInfo.InvariantCulture, out int pid))
                pids.Add(pid);
        try
        {
            if (depth < Deepest)
                foreach (string below in Directory.GetDirectories(folder))
                    pids.AddRange(Of(below, depth + 1));
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
        }
        return pids;
    }
}
