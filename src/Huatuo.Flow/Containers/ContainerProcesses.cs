using System.Globalization;
using Huatuo.Linux.Cgroups;
using Huatuo.Linux.Namespaces;
using Huatuo.Linux.Proc;

namespace Huatuo.Flow.Containers;

/// <summary>Finds a container's first process in the file systems, for those whose start was not seen.</summary>
/// <param name="procRoot">Where proc is mounted.</param>
internal sealed class ContainerProcesses(string procRoot)
{
    private const int MaxProcesses = 64;
    private const int MaxFolders = 16;
    private readonly ProcessStart _starts = new(procRoot);

    /// <summary>Looks into the cgroup and, when that has no processes itself, into those within it.</summary>
    /// <param name="folder">The folder of the container's cgroup.</param>
    /// <returns>The process that is the first of its PID namespace, else the one with the lowest id; null when there is none.</returns>
    internal ContainerInit? Find(string folder)
    {
        List<int> processes = Read(folder);
        if (processes.Count == 0)
        {
            List<string> within = [];
            using var enough = new CancellationTokenSource();
            CgroupTree.TryRead(folder, (_, path) =>
            {
                within.Add(path);
                if (within.Count == MaxFolders)
                    enough.Cancel();
            }, enough.Token);
            processes = within.Select(path => Read(folder + path)).FirstOrDefault(found => found.Count > 0) ?? [];
        }
        if (processes.Count == 0)
            return null;
        // Of several the outermost: others are first in a namespace within the container's.
        (int Pid, int Level) found = processes.Select(pid => (Pid: pid, Level: LevelOfFirst(pid))).Where(one => one.Level > 0).DefaultIfEmpty((Pid: processes[0], Level: 0)).MinBy(one => one.Level);
        return NetnsScan.TryInode(Folder(found.Pid), out uint netns) ? new ContainerInit(found.Pid, netns, 0, _starts.Read(found.Pid)) { PidLevel = found.Level } : null;
    }

    /// <summary>Whether the process still is in the network namespace that is known of it.</summary>
    internal bool IsCurrent(ContainerInit init) => NetnsScan.TryInode(Folder(init.Pid), out uint netns) && netns == init.NetnsInode;

    private static List<int> Read(string folder)
    {
        // A process of another PID namespace than this agent's is 0.
        List<int> processes = [];
        foreach (string line in (KernelFile.TryRead(folder + "/cgroup.procs") ?? "").Split('\n'))
            if (processes.Count < MaxProcesses && int.TryParse(line, NumberStyles.None, CultureInfo.InvariantCulture, out int pid) && pid > 0)
                processes.Add(pid);
        processes.Sort();
        return processes;
    }

    // How deep the PID namespace lies that a process is the first of; 0 for the host's, and for no such process.
    private int LevelOfFirst(int pid)
    {
        foreach (string line in (KernelFile.TryRead(Folder(pid) + "/status") ?? "").Split('\n'))
        {
            if (!line.StartsWith("NSpid:", StringComparison.Ordinal))
                continue;
            string[] ids = line["NSpid:".Length..].Split('\t', StringSplitOptions.RemoveEmptyEntries);
            return ids is [.., "1"] ? ids.Length - 1 : 0;
        }
        return 0;
    }

    private string Folder(int pid) => $"{procRoot}/{pid.ToString(CultureInfo.InvariantCulture)}";
}
