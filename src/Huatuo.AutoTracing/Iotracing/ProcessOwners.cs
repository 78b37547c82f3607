using Huatuo.AutoTracing.Capturing;
using Huatuo.Flow.Containers;
using Huatuo.Flow.Tracing;
using Huatuo.Linux.Cgroups;
using Huatuo.Linux.Proc;

namespace Huatuo.AutoTracing.Iotracing;

/// <summary>Whose a process is.</summary>
internal sealed class ProcessOwners(TracerServices services)
{
    /// <summary>The host name of its container; empty when it is in none, or that is not known.</summary>
    internal string Hostname(int pid)
    {
        foreach (string line in (KernelFile.TryRead(ProcessFolders.File(services.Roots.Proc, pid, "cgroup")) ?? "").Split('\n'))
            if (line.IndexOf('/', StringComparison.Ordinal) is >= 0 and int at && ContainerPath.TryParse(line.AsSpan(at), out ContainerPath? path) && services.Containers.Find(path.Id) is Container container)
                return container.Names.Hostname;
        return "";
    }
}
