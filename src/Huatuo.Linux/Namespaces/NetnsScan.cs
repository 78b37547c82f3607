using System.Buffers.Text;
using System.Globalization;
using System.IO.Enumeration;
using System.Text;
using Huatuo.Linux.Cgroups;
using Huatuo.Linux.Interop;

namespace Huatuo.Linux.Namespaces;

/// <summary>One walk over the processes of a /proc.</summary>
public static class NetnsScan
{
    /// <summary>Maps the namespaces of all processes; those that end meanwhile or may not be read are left out.</summary>
    internal static Dictionary<uint, NetnsOwner> Run(string procRoot, int capacity, CancellationToken stop)
    {
        var owners = new Dictionary<uint, NetnsOwner>();
        Span<byte> cgroup = stackalloc byte[ProcCgroup.MaxBytes];
        foreach (int pid in Processes(procRoot))
        {
            if (stop.IsCancellationRequested || owners.Count >= capacity) break;
            string directory = Folder(procRoot, pid);
            if (!TryInode(directory, out uint inode) || owners.ContainsKey(inode)) continue;

            int length = SmallFile.Read(Path.Combine(directory, "cgroup"), cgroup);
            if (length > 0 && ProcCgroup.TryParse(cgroup[..length], out string? path, out _))
                owners.Add(inode, new NetnsOwner(pid, path));
        }
        return owners;
    }

    /// <summary>A process's folder.</summary>
    internal static string Folder(string procRoot, int pid) => Path.Combine(procRoot, pid.ToString(CultureInfo.InvariantCulture));

    /// <summary>The inode number in the link <c>ns/net</c> of a process: <c>net:[4026531840]</c>.</summary>
    /// <param name="processDirectory">Its folder in /proc.</param>
    /// <param name="inode">The number.</param>
    /// <returns>False when the process is gone or may not be looked at.</returns>
    public static bool TryInode(string processDirectory, out uint inode)
    {
        inode = 0;
        Span<byte> target = stackalloc byte[64];
        int length = Libc.ReadLink(Encoding.UTF8.GetBytes(processDirectory + "/ns/net\0"), target);
        if (length <= 0) return false;
        ReadOnlySpan<byte> link = target[..length];
        var prefix = "net:["u8;
        return link.StartsWith(prefix) && link[^1] == ']'
            && Utf8Parser.TryParse(link[prefix.Length..^1], out inode, out int used)
            && used == link.Length - prefix.Length - 1;
    }

    private static List<int> Processes(string procRoot)
    {
        var pids = new List<int>();
        try
        {
            pids.AddRange(new FileSystemEnumerable<int>(
                procRoot,
                static (ref entry) => int.Parse(entry.FileName, NumberStyles.None, CultureInfo.InvariantCulture),
                new EnumerationOptions { AttributesToSkip = 0 })
            {
                ShouldIncludePredicate = static (ref entry) =>
                    int.TryParse(entry.FileName, NumberStyles.None, CultureInfo.InvariantCulture, out _),
            });
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // What was listed so far still counts.
        }
        pids.Sort();
        return pids;
    }
}
