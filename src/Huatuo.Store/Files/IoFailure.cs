using System.Runtime.InteropServices;
using Huatuo.Flow.Ledger;

namespace Huatuo.Store.Files;

/// <summary>A system call on a file that failed.</summary>
/// <param name="Errno">The system's error number.</param>
/// <param name="Operation">What was tried, as in "cannot <c>open</c> …".</param>
/// <param name="Path">The file.</param>
internal sealed record IoFailure(int Errno, string Operation, string Path)
{
    /// <summary>Where a document is lost that this failure keeps from being written.</summary>
    public SinkStage Stage => Errno is Libc.ENOSPC or Libc.EDQUOT ? SinkStage.Full : SinkStage.Write;

    /// <summary>The failure of the call made last on this thread.</summary>
    public static IoFailure Last(string operation, string path) => new(Marshal.GetLastPInvokeError(), operation, path);

    public override string ToString() =>
        $"cannot {Operation} {Path}: {Marshal.GetPInvokeErrorMessage(Errno)} (errno {Errno})";
}
