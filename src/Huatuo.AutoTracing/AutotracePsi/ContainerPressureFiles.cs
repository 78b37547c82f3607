using Huatuo.Flow.Tracing;
using Huatuo.Linux.Cgroups;

namespace Huatuo.AutoTracing.AutotracePsi;

/// <summary>Whether containers' cgroups have files of pressure.</summary>
internal static class ContainerPressureFiles
{
    /// <summary>What is missing for them; null when nothing.</summary>
    /// <param name="procRoot">Normally <c>/proc</c>.</param>
    internal static Unsupported? Lacks(string procRoot)
    {
        CgroupLayout layout = CgroupMounts.Load(procRoot).Layout;
        if (layout != CgroupLayout.V2)
            return new Unsupported($"containers' own pressure: cgroups are {layout.ToString().ToLowerInvariant()}", "", "only cgroup v2 has it (systemd.unified_cgroup_hierarchy=1); the machine's is watched");
        return Path.Exists(Path.Combine(procRoot, "pressure/cpu")) ? null : new Unsupported("containers' own pressure: /proc/pressure", "", "needs a kernel built with CONFIG_PSI and started with psi=1");
    }
}
