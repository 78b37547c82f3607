using Huatuo.Flow.Options;
using Huatuo.Flow.Tracing;

namespace Huatuo.Tracers.Security.SyscallAudit;

/// <summary>The section <c>tracers.syscall_audit</c>. All filters are applied in the kernel.</summary>
internal sealed class SyscallAuditOptions : EventTracerOptions
{
    /// <summary>Off unless asked for: the hooks slow down every system call of the machine.</summary>
    public SyscallAuditOptions() => Enabled = false;

    /// <summary>Which calls.</summary>
    public IReadOnlyList<AuditedCall> Syscalls { get; set; } = [.. SystemCall.All.Select(call => call.Call).Where(call => call != AuditedCall.Kill)];

    /// <summary>Of files that are opened only those below one of these; empty for all.</summary>
    public IReadOnlyList<string> Paths { get; set; } =
        ["/etc/shadow", "/etc/gshadow", "/etc/sudoers", "/etc/ssh/", "/root/.ssh/", "/proc/kcore", "/dev/mem", "/dev/port"];

    /// <summary>Only these users; empty for all.</summary>
    public IReadOnlyList<uint> Uids { get; set; } = [];

    /// <summary>Only tasks of these names; empty for all.</summary>
    public IReadOnlyList<string> Comms { get; set; } = [];

    /// <summary>Only these containers; empty for all, and for what runs in none.</summary>
    public IReadOnlyList<string> Containers { get; set; } = [];

    /// <summary>The keys.</summary>
    public static OptionSchema<SyscallAuditOptions> Keys { get; } = Schema<SyscallAuditOptions>("syscall_audit")
        .Add("syscalls", OptionTypes.List(OptionTypes.Choice([.. SystemCall.All.Select(call => (call.Name, call.Call))])), o => o.Syscalls, (o, v) => o.Syscalls = v, "The system calls to tell of.")
        .Add("paths", OptionTypes.List(OptionTypes.Path), o => o.Paths, (o, v) => o.Paths = v, "Of `open`, `openat` and `openat2` only those of a path that begins like one of these, as the caller writes it; empty = all.")
        .Add("uids", OptionTypes.List(OptionTypes.Integer(0u, uint.MaxValue)), o => o.Uids, (o, v) => o.Uids = v, "Only calls of tasks with one of these real user ids; empty = all.")
        .Add("comms", OptionTypes.List(OptionTypes.Text), o => o.Comms, (o, v) => o.Comms = v, "Only calls of tasks with one of these names (the first 15 bytes); empty = all.")
        .Add("containers", OptionTypes.List(OptionTypes.Text), o => o.Containers, (o, v) => o.Containers = v, "Only calls from containers whose id begins like one of these; empty = all, also from outside of containers.");
}
