using Huatuo.AutoTracing.Capturing;
using Huatuo.Linux.Proc;
using Huatuo.Profiling.Io;

namespace Huatuo.AutoTracing.Iotracing;

/// <summary>Makes of paths within file systems those that processes see, by their mounts. Used by one thread at a time.</summary>
/// <param name="procRoot">Normally <c>/proc</c>.</param>
/// <param name="files">For paths that are not known as a whole.</param>
internal sealed class FilePaths(string procRoot, DiskFiles files)
{
    private const int First = 1;
    private readonly Dictionary<int, IReadOnlyList<Mount>> _mounts = [];

    /// <summary>The path of a file as its process sees it, or as the first process does; that within the file system when neither does.</summary>
    internal string Of(in WatchedFile file)
    {
        string device = KernelDevice.Text(file.Device);
        if ((file.Path.Length == 0 || file.Path.Contains(FileNames.Missing, StringComparison.Ordinal)) && files.PathOf(file.Pid, device, file.Inode) is { } open)
            return open;
        return file.Path.Length == 0 ? "" : Seen(file.Pid, device, file.Path) ?? Seen(First, device, file.Path) ?? file.Path;
    }

    private string? Seen(int pid, string device, string path)
    {
        Mount? best = null;
        foreach (Mount mount in Mounts(pid))
            if (mount.Device == device && IsBelow(path, mount.Root) && (best is null || mount.Root.Length > best.Root.Length))
                best = mount;
        return best is null ? null : best.Point.TrimEnd('/') + path[(best.Root == "/" ? 0 : best.Root.Length)..];
    }

    private static bool IsBelow(string path, string root) => root == "/" || path == root || path.StartsWith(root + "/", StringComparison.Ordinal);

    // ID, parent's, device, root, where (fs/proc_namespace.c: show_mountinfo).
    private IReadOnlyList<Mount> Mounts(int pid)
    {
        if (_mounts.TryGetValue(pid, out IReadOnlyList<Mount>? known))
            return known;
        List<Mount> mounts = [];
        foreach (string line in (KernelFile.TryRead(ProcessFolders.File(procRoot, pid, "mountinfo")) ?? "").Split('\n'))
            if (line.Split(' ') is [_, _, var device, var root, var point, ..])
                mounts.Add(new Mount(device, MountLine.Unescape(root), MountLine.Unescape(point)));
        return _mounts[pid] = mounts;
    }

    private sealed record Mount(string Device, string Root, string Point);
}
