using System.Globalization;
using System.Numerics;
using Huatuo.Linux;

namespace Huatuo.Agent.Runtime;

/// <summary>What the process must be allowed to do.</summary>
internal static class Privileges
{
    /// <summary>Each capability that the agent uses, and for what. deploy/systemd/huatuo.service grants them.</summary>
    internal static IReadOnlyList<(Capability Capability, string Use)> Used { get; } =
    [
        (Capability.CAP_BPF, "loads BPF programs"),
        (Capability.CAP_PERFMON, "attaches them, and samples CPUs"),
        (Capability.CAP_SYSLOG, "names kernel functions, and reads the kernel log"),
        (Capability.CAP_SYS_PTRACE, "reads other users' processes: their memory maps, system calls and network"),
        (Capability.CAP_DAC_READ_SEARCH, "opens cgroups by number, and files of containers"),
        (Capability.CAP_NET_ADMIN, "reads queues and filters of network devices"),
        (Capability.CAP_SYS_RESOURCE, "locks the memory of BPF maps, before 5.11"),
        (Capability.CAP_IPC_LOCK, "maps rings beyond the limit of locked memory"),
        (Capability.CAP_NET_BIND_SERVICE, "listens on a port below 1024"),
        (Capability.CAP_SYS_ADMIN, "opens perf events where kernel.perf_event_paranoid is above 2; measures the run time of BPF programs; stands in for CAP_BPF and CAP_PERFMON before 5.8"),
    ];

    /// <summary>Gives up what is not used, for good; on the first thread, before it starts others.</summary>
    /// <returns>Why it keeps some, or null.</returns>
    internal static string? GiveUpOthers()
    {
        KernelRelease.TryRead(out KernelRelease release);
        return CapabilityBound.Tighten(Kept(release));
    }

    /// <summary>Which are kept on a kernel; what only a configuration asks for is kept always, as that is read later, and may change.</summary>
    internal static IEnumerable<Capability> Kept(KernelRelease release) =>
        Used.Select(used => used.Capability).Where(capability => capability != Capability.CAP_SYS_RESOURCE || !release.Since(5, 11));

    /// <summary>A sentence about what is missing; null when nothing is.</summary>
    internal static string? Missing()
    {
        if (!Capabilities.TryRead(out Capabilities capabilities))
            return null;
        if (capabilities.Has(Capability.CAP_SYS_ADMIN) || (capabilities.Has(Capability.CAP_BPF) && capabilities.Has(Capability.CAP_PERFMON)))
            return null;
        return "loading BPF programs needs privileges: run as root, or with CAP_BPF, CAP_PERFMON, CAP_SYSLOG and CAP_DAC_READ_SEARCH";
    }

    /// <summary>What of it this process has, and whether it has more.</summary>
    /// <param name="refusal">Why the kernel lets none be given up; null when it does.</param>
    internal static IReadOnlyList<Diagnosis.Feature> Describe(string? refusal) => Capabilities.TryRead(out Capabilities own)
        ? Describe(own, refusal is null ? "allowed and not used; the agent gives them up when it starts" : $"allowed and not used; the agent cannot give them up: {refusal}")
        : [new Diagnosis.Feature("capabilities", "unknown", "/proc/self/status does not tell them")];

    /// <summary>What of it a process has, and whether it has more.</summary>
    /// <param name="own">What it has.</param>
    /// <param name="more">A note for what it has more.</param>
    internal static IReadOnlyList<Diagnosis.Feature> Describe(Capabilities own, string more)
    {
        List<Diagnosis.Feature> described = [.. Used.Select(used => new Diagnosis.Feature(used.Capability.ToString(), own.Has(used.Capability) ? "yes" : "no", used.Use))];
        ulong needed = Used.Aggregate(0UL, (bits, used) => bits | 1UL << (int)used.Capability);
        int others = BitOperations.PopCount(own.Effective & ~needed);
        described.Add(new Diagnosis.Feature(
            "others",
            others.ToString(CultureInfo.InvariantCulture),
            others == 0 ? "nothing is allowed that is not used" : more));
        return described;
    }
}
