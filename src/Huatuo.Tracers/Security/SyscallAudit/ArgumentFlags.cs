using System.Runtime.InteropServices;
using System.Text;

namespace Huatuo.Tracers.Security.SyscallAudit;

/// <summary>The flags that the audited calls take, as the kernel's user-space headers name them.</summary>
internal static class ArgumentFlags
{
    private const ulong AccessMode = 3;

    // arm64 numbers four of them in another order (arch/arm64/include/uapi/asm/fcntl.h).
    private static readonly bool s_isArm = RuntimeInformation.ProcessArchitecture == Architecture.Arm64;

    private static readonly FlagNames s_open = new(
        (s_isArm ? 0x404000UL : 0x410000, "O_TMPFILE"), (0x101000, "O_SYNC"), (0x40, "O_CREAT"), (0x80, "O_EXCL"), (0x100, "O_NOCTTY"), (0x200, "O_TRUNC"),
        (0x400, "O_APPEND"), (0x800, "O_NONBLOCK"), (0x1000, "O_DSYNC"), (0x2000, "O_ASYNC"), (s_isArm ? 0x10000UL : 0x4000, "O_DIRECT"),
        (s_isArm ? 0x20000UL : 0x8000, "O_LARGEFILE"), (s_isArm ? 0x4000UL : 0x10000, "O_DIRECTORY"), (s_isArm ? 0x8000UL : 0x20000, "O_NOFOLLOW"),
        (0x40000, "O_NOATIME"), (0x80000, "O_CLOEXEC"), (0x200000, "O_PATH"));

    /// <summary>Of <c>openat2</c>: how the path may be resolved.</summary>
    internal static FlagNames Resolve { get; } = new(
        (1, "RESOLVE_NO_XDEV"), (2, "RESOLVE_NO_MAGICLINKS"), (4, "RESOLVE_NO_SYMLINKS"), (8, "RESOLVE_BENEATH"), (16, "RESOLVE_IN_ROOT"), (32, "RESOLVE_CACHED"));

    /// <summary>Of <c>execveat</c>.</summary>
    internal static FlagNames At { get; } = new((0x100, "AT_SYMLINK_NOFOLLOW"), (0x1000, "AT_EMPTY_PATH"), (0x10000, "AT_EXECVE_CHECK"));

    /// <summary>Of <c>finit_module</c>.</summary>
    internal static FlagNames Module { get; } = new((1, "MODULE_INIT_IGNORE_MODVERSIONS"), (2, "MODULE_INIT_IGNORE_VERMAGIC"), (4, "MODULE_INIT_COMPRESSED_FILE"));

    /// <summary>Of <c>delete_module</c>.</summary>
    internal static FlagNames Unload { get; } = new((0x200, "O_TRUNC"), (0x800, "O_NONBLOCK"));

    /// <summary>Of <c>mount</c>.</summary>
    internal static FlagNames Mount { get; } = new(
        (0xc0ed0000, "MS_MGC_VAL"), (1, "MS_RDONLY"), (2, "MS_NOSUID"), (4, "MS_NODEV"), (8, "MS_NOEXEC"), (16, "MS_SYNCHRONOUS"), (32, "MS_REMOUNT"),
        (64, "MS_MANDLOCK"), (128, "MS_DIRSYNC"), (256, "MS_NOSYMFOLLOW"), (1 << 10, "MS_NOATIME"), (1 << 11, "MS_NODIRATIME"), (1 << 12, "MS_BIND"),
        (1 << 13, "MS_MOVE"), (1 << 14, "MS_REC"), (1 << 15, "MS_SILENT"), (1 << 16, "MS_POSIXACL"), (1 << 17, "MS_UNBINDABLE"), (1 << 18, "MS_PRIVATE"),
        (1 << 19, "MS_SLAVE"), (1 << 20, "MS_SHARED"), (1 << 21, "MS_RELATIME"), (1 << 23, "MS_I_VERSION"), (1 << 24, "MS_STRICTATIME"), (1 << 25, "MS_LAZYTIME"));

    /// <summary>Of <c>umount2</c>.</summary>
    internal static FlagNames Umount { get; } = new((1, "MNT_FORCE"), (2, "MNT_DETACH"), (4, "MNT_EXPIRE"), (8, "UMOUNT_NOFOLLOW"));

    /// <summary>Of <c>unshare</c> and <c>setns</c>.</summary>
    internal static FlagNames Clone { get; } = new(
        (0x80, "CLONE_NEWTIME"), (0x100, "CLONE_VM"), (0x200, "CLONE_FS"), (0x400, "CLONE_FILES"), (0x800, "CLONE_SIGHAND"), (0x10000, "CLONE_THREAD"),
        (0x20000, "CLONE_NEWNS"), (0x40000, "CLONE_SYSVSEM"), (0x2000000, "CLONE_NEWCGROUP"), (0x4000000, "CLONE_NEWUTS"), (0x8000000, "CLONE_NEWIPC"),
        (0x10000000, "CLONE_NEWUSER"), (0x20000000, "CLONE_NEWPID"), (0x40000000, "CLONE_NEWNET"));

    /// <summary>Of the calls that open files.</summary>
    internal static byte[] Open(ulong flags)
    {
        string mode = (flags & AccessMode) switch
        {
            0 => "O_RDONLY",
            1 => "O_WRONLY",
            2 => "O_RDWR",
            _ => "O_ACCMODE",
        };
        return Encoding.UTF8.GetBytes((flags & ~AccessMode) == 0 ? mode : s_open.Text(flags & ~AccessMode, mode));
    }

    /// <summary>Whether a call with these flags may make a file, and so has a mode.</summary>
    internal static bool Creates(ulong flags) => (flags & 0x40) != 0 || (flags & 0x400000) != 0;
}
