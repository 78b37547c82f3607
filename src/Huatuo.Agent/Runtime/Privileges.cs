using Huatuo.Linux;

namespace Huatuo.Agent.Runtime;

/// <summary>What the process must be allowed to do.</summary>
internal static class Privileges
{
    /// <summary>A sentence about what is missing; null when nothing is.</summary>
    internal static string? Missing()
    {
        if (!Capabilities.TryRead(out Capabilities capabilities))
            return null;
        if (capabilities.Has(Capability.CAP_SYS_ADMIN) || (capabilities.Has(Capability.CAP_BPF) && capabilities.Has(Capability.CAP_PERFMON)))
            return null;
        return "loading BPF programs needs privileges: run as root, or with CAP_BPF, CAP_PERFMON, CAP_SYSLOG and CAP_DAC_READ_SEARCH";
    }
}
