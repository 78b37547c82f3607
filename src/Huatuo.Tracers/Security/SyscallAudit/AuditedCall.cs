namespace Huatuo.Tracers.Security.SyscallAudit;

/// <summary>The system calls that can be told of.</summary>
internal enum AuditedCall : byte
{
    /// <summary>Runs a program.</summary>
    Execve = 1,

    /// <summary>Runs a program, by a directory and a path.</summary>
    Execveat,

    /// <summary>Opens a file.</summary>
    Open,

    /// <summary>Opens a file, by a directory and a path.</summary>
    Openat,

    /// <summary>Opens a file, with rules for the path.</summary>
    Openat2,

    /// <summary>Looks into another process.</summary>
    Ptrace,

    /// <summary>Loads a kernel module from memory.</summary>
    InitModule,

    /// <summary>Loads a kernel module from a file.</summary>
    FinitModule,

    /// <summary>Unloads a kernel module.</summary>
    DeleteModule,

    /// <summary>Loads and attaches BPF programs.</summary>
    Bpf,

    /// <summary>Mounts a file system.</summary>
    Mount,

    /// <summary>Unmounts one.</summary>
    Umount2,

    /// <summary>Becomes another user.</summary>
    Setuid,

    /// <summary>Becomes another group.</summary>
    Setgid,

    /// <summary>Becomes another user: real, effective and saved.</summary>
    Setresuid,

    /// <summary>Becomes another group: real, effective and saved.</summary>
    Setresgid,

    /// <summary>Connects a socket.</summary>
    Connect,

    /// <summary>Leaves namespaces for new ones.</summary>
    Unshare,

    /// <summary>Enters a namespace.</summary>
    Setns,

    /// <summary>Sends a signal.</summary>
    Kill,
}
