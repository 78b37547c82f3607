namespace Huatuo.Linux;

/// <summary>Capabilities that decide what the agent can see; the values are bit numbers (<c>linux/capability.h</c>).</summary>
public enum Capability
{
    /// <summary>Opens a file by handle.</summary>
    CAP_DAC_READ_SEARCH = 2,

    /// <summary>Changes the bound of its own capabilities.</summary>
    CAP_SETPCAP = 8,

    /// <summary>Listens on ports below 1024.</summary>
    CAP_NET_BIND_SERVICE = 10,

    /// <summary>Attaches programs to network hooks.</summary>
    CAP_NET_ADMIN = 12,

    /// <summary>Locks memory beyond its limit, as that of perf rings.</summary>
    CAP_IPC_LOCK = 14,

    /// <summary>Reads what belongs to other users' processes.</summary>
    CAP_SYS_PTRACE = 19,

    /// <summary>Includes <see cref="CAP_BPF"/>, <see cref="CAP_PERFMON"/> and more.</summary>
    CAP_SYS_ADMIN = 21,

    /// <summary>Raises resource limits; only kernels before 5.11 need it, to lock the memory of BPF maps.</summary>
    CAP_SYS_RESOURCE = 24,

    /// <summary>Sees kernel addresses and the kernel log.</summary>
    CAP_SYSLOG = 34,

    /// <summary>Opens performance events and reads kernel memory from BPF; since 5.8.</summary>
    CAP_PERFMON = 38,

    /// <summary>Loads BPF programs; since 5.8.</summary>
    CAP_BPF = 39,
}
