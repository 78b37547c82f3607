using System.Text;

namespace Huatuo.Tracers.Security.SyscallAudit;

/// <summary>Names of numbers: of errors, requests of ptrace, signals and address families.</summary>
internal static class NumberNames
{
    private static readonly string[] s_signals =
    [
        "HUP", "INT", "QUIT", "ILL", "TRAP", "ABRT", "BUS", "FPE", "KILL", "USR1", "SEGV", "USR2", "PIPE", "ALRM", "TERM", "STKFLT",
        "CHLD", "CONT", "STOP", "TSTP", "TTIN", "TTOU", "URG", "XCPU", "XFSZ", "VTALRM", "PROF", "WINCH", "IO", "PWR", "SYS",
    ];

    // include/uapi/asm-generic/errno-base.h and errno.h; an empty one is not in use.
    private static readonly string[] s_errors =
    [
        "PERM", "NOENT", "SRCH", "INTR", "IO", "NXIO", "2BIG", "NOEXEC", "BADF", "CHILD", "AGAIN", "NOMEM", "ACCES", "FAULT", "NOTBLK", "BUSY",
        "EXIST", "XDEV", "NODEV", "NOTDIR", "ISDIR", "INVAL", "NFILE", "MFILE", "NOTTY", "TXTBSY", "FBIG", "NOSPC", "SPIPE", "ROFS", "MLINK", "PIPE",
        "DOM", "RANGE", "DEADLK", "NAMETOOLONG", "NOLCK", "NOSYS", "NOTEMPTY", "LOOP", "", "NOMSG", "IDRM", "CHRNG", "L2NSYNC", "L3HLT", "L3RST",
        "LNRNG", "UNATCH", "NOCSI", "L2HLT", "BADE", "BADR", "XFULL", "NOANO", "BADRQC", "BADSLT", "", "BFONT", "NOSTR", "NODATA", "TIME", "NOSR",
        "NONET", "NOPKG", "REMOTE", "NOLINK", "ADV", "SRMNT", "COMM", "PROTO", "MULTIHOP", "DOTDOT", "BADMSG", "OVERFLOW", "NOTUNIQ", "BADFD",
        "REMCHG", "LIBACC", "LIBBAD", "LIBSCN", "LIBMAX", "LIBEXEC", "ILSEQ", "RESTART", "STRPIPE", "USERS", "NOTSOCK", "DESTADDRREQ", "MSGSIZE",
        "PROTOTYPE", "NOPROTOOPT", "PROTONOSUPPORT", "SOCKTNOSUPPORT", "OPNOTSUPP", "PFNOSUPPORT", "AFNOSUPPORT", "ADDRINUSE", "ADDRNOTAVAIL",
        "NETDOWN", "NETUNREACH", "NETRESET", "CONNABORTED", "CONNRESET", "NOBUFS", "ISCONN", "NOTCONN", "SHUTDOWN", "TOOMANYREFS", "TIMEDOUT",
        "CONNREFUSED", "HOSTDOWN", "HOSTUNREACH", "ALREADY", "INPROGRESS", "STALE", "UCLEAN", "NOTNAM", "NAVAIL", "ISNAM", "REMOTEIO", "DQUOT",
        "NOMEDIUM", "MEDIUMTYPE", "CANCELED", "NOKEY", "KEYEXPIRED", "KEYREVOKED", "KEYREJECTED", "OWNERDEAD", "NOTRECOVERABLE", "RFKILL", "HWPOISON",
    ];

    /// <summary>An error's name, such as <c>ENOENT</c>; its number when it has none.</summary>
    /// <param name="error">As the call returned it, below zero.</param>
    internal static byte[] Error(long error) => Encoding.UTF8.GetBytes(-error switch
    {
        // The kernel's own, for calls that begin anew after a signal (include/linux/errno.h).
        512 => "ERESTARTSYS",
        513 => "ERESTARTNOINTR",
        514 => "ERESTARTNOHAND",
        516 => "ERESTART_RESTARTBLOCK",
        524 => "ENOTSUPP",
        var number => number >= 1 && number <= s_errors.Length && s_errors[number - 1].Length > 0 ? "E" + s_errors[number - 1] : $"{number}",
    });

    /// <summary>A signal's name, such as <c>SIGTERM</c>.</summary>
    internal static byte[] Signal(int signal) => Encoding.UTF8.GetBytes(signal >= 1 && signal <= s_signals.Length ? "SIG" + s_signals[signal - 1] : $"{signal}");

    /// <summary>A request of ptrace (include/uapi/linux/ptrace.h and arch/x86/include/uapi/asm/ptrace-abi.h).</summary>
    internal static byte[] Ptrace(ulong request) => Encoding.UTF8.GetBytes(request switch
    {
        0 => "PTRACE_TRACEME",
        1 => "PTRACE_PEEKTEXT",
        2 => "PTRACE_PEEKDATA",
        3 => "PTRACE_PEEKUSR",
        4 => "PTRACE_POKETEXT",
        5 => "PTRACE_POKEDATA",
        6 => "PTRACE_POKEUSR",
        7 => "PTRACE_CONT",
        8 => "PTRACE_KILL",
        9 => "PTRACE_SINGLESTEP",
        12 => "PTRACE_GETREGS",
        13 => "PTRACE_SETREGS",
        14 => "PTRACE_GETFPREGS",
        15 => "PTRACE_SETFPREGS",
        16 => "PTRACE_ATTACH",
        17 => "PTRACE_DETACH",
        24 => "PTRACE_SYSCALL",
        0x4200 => "PTRACE_SETOPTIONS",
        0x4201 => "PTRACE_GETEVENTMSG",
        0x4202 => "PTRACE_GETSIGINFO",
        0x4203 => "PTRACE_SETSIGINFO",
        0x4204 => "PTRACE_GETREGSET",
        0x4205 => "PTRACE_SETREGSET",
        0x4206 => "PTRACE_SEIZE",
        0x4207 => "PTRACE_INTERRUPT",
        0x4208 => "PTRACE_LISTEN",
        0x4209 => "PTRACE_PEEKSIGINFO",
        0x420a => "PTRACE_GETSIGMASK",
        0x420b => "PTRACE_SETSIGMASK",
        0x420c => "PTRACE_SECCOMP_GET_FILTER",
        0x420e => "PTRACE_GET_SYSCALL_INFO",
        _ => $"0x{request:x}",
    });

    /// <summary>A descriptor of a directory.</summary>
    internal static byte[] Directory(int fd)
    {
        const int current = -100;
        return Encoding.UTF8.GetBytes(fd == current ? "AT_FDCWD" : $"{fd}");
    }
}
