
namespace Huatuo.Bpf;

/// <summary>A BPF operation that the kernel or libbpf refused, with all that they said.</summary>
public sealed class BpfException : IOException
{
    /// <summary>EPERM.</summary>
    private const int NotPermitted = 1;

    // Of perf_event_open(2); of a program that is loaded it is the verifier's word.
    private const int AccessDenied = 13;

    /// <param name="operation">What was tried: <c>load</c>, <c>set the size of</c>.</param>
    /// <param name="subject">The object, program or map: what the operation goes on with.</param>
    /// <param name="errno">The positive error number.</param>
    /// <param name="detail">libbpf's or the verifier's last lines.</param>
    public BpfException(string operation, string subject, int errno, string detail = "")
        : base($"cannot {operation} {subject}: {Linux.Interop.Errno.Describe(errno)}{(detail.Length > 0 ? ": " + detail : "")}")
    {
        Operation = operation;
        Subject = subject;
        Errno = errno;
    }

    /// <summary>What was tried.</summary>
    public string Operation { get; }

    /// <summary>On what.</summary>
    public string Subject { get; }

    /// <summary>The positive error number.</summary>
    public int Errno { get; }

    /// <summary>The caller lacks the privilege, as opposed to the kernel lacking the feature.</summary>
    public bool IsPermission => Errno == NotPermitted || (Errno == AccessDenied && Operation != "load");
}
