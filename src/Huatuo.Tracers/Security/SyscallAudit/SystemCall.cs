using System.Runtime.InteropServices;

namespace Huatuo.Tracers.Security.SyscallAudit;

/// <summary>One system call: its numbers, and which arguments lead to text.</summary>
/// <param name="Call">Which one.</param>
/// <param name="Name">Its name.</param>
/// <param name="X64">Its number on x86-64 (arch/x86/entry/syscalls/syscall_64.tbl).</param>
/// <param name="I386">Its numbers for 32-bit programs on x86 (syscall_32.tbl).</param>
/// <param name="Arm64">Its number on arm64 (include/uapi/asm-generic/unistd.h); negative where there is none.</param>
/// <param name="Path">The argument that is a path, from 1; 0 for none.</param>
/// <param name="Path2">A second one.</param>
/// <param name="Data">The argument that points to something else.</param>
/// <param name="Kind">What that is.</param>
/// <param name="Length">The argument that tells how long it is.</param>
internal sealed record SystemCall(
    AuditedCall Call, string Name, int X64, int[] I386, int Arm64, byte Path = 0, byte Path2 = 0, byte Data = 0, AuditData Kind = AuditData.None, byte Length = 0)
{
    /// <summary>All that there are, in the order of <see cref="AuditedCall"/>.</summary>
    internal static IReadOnlyList<SystemCall> All { get; } =
    [
        new(AuditedCall.Execve, "execve", 59, [11], 221, Path: 1, Data: 2, Kind: AuditData.Argv),
        new(AuditedCall.Execveat, "execveat", 322, [358], 281, Path: 2, Data: 3, Kind: AuditData.Argv),
        new(AuditedCall.Open, "open", 2, [5], -1, Path: 1),
        new(AuditedCall.Openat, "openat", 257, [295], 56, Path: 2),
        new(AuditedCall.Openat2, "openat2", 437, [437], 437, Path: 2, Data: 3, Kind: AuditData.Bytes, Length: 4),
        new(AuditedCall.Ptrace, "ptrace", 101, [26], 117),
        new(AuditedCall.InitModule, "init_module", 175, [128], 105, Data: 3, Kind: AuditData.Text),
        new(AuditedCall.FinitModule, "finit_module", 313, [350], 273, Data: 2, Kind: AuditData.Text),
        new(AuditedCall.DeleteModule, "delete_module", 176, [129], 106, Path: 1),
        new(AuditedCall.Bpf, "bpf", 321, [357], 280, Data: 2, Kind: AuditData.Bytes, Length: 3),
        new(AuditedCall.Mount, "mount", 165, [21], 40, Path: 1, Path2: 2, Data: 3, Kind: AuditData.Text),
        new(AuditedCall.Umount2, "umount2", 166, [52], 39, Path: 1),
        new(AuditedCall.Setuid, "setuid", 105, [23, 213], 146),
        new(AuditedCall.Setgid, "setgid", 106, [46, 214], 144),
        new(AuditedCall.Setresuid, "setresuid", 117, [164, 208], 147),
        new(AuditedCall.Setresgid, "setresgid", 119, [170, 210], 149),
        new(AuditedCall.Connect, "connect", 42, [362], 203, Data: 2, Kind: AuditData.Bytes, Length: 3),
        new(AuditedCall.Unshare, "unshare", 272, [310], 97),
        new(AuditedCall.Setns, "setns", 308, [346], 268),
        new(AuditedCall.Kill, "kill", 62, [37], 129),
    ];

    /// <summary>The call of a record; null when there is none of that number.</summary>
    internal static SystemCall? Of(byte call) => call is > 0 && call <= All.Count ? All[call - 1] : null;

    /// <summary>Its number here; negative where there is none.</summary>
    internal int Number => RuntimeInformation.ProcessArchitecture == Architecture.Arm64 ? Arm64 : X64;

    /// <summary>Its numbers for 32-bit programs here.</summary>
    internal int[] CompatNumbers => RuntimeInformation.ProcessArchitecture == Architecture.X64 ? I386 : [];

    /// <summary>Whether it runs a program.</summary>
    internal bool IsExec => Kind == AuditData.Argv;

    /// <summary>Whether the option <c>paths</c> is about it.</summary>
    internal bool Opens => Call is AuditedCall.Open or AuditedCall.Openat or AuditedCall.Openat2;
}
