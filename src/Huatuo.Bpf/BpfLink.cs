using System.Runtime.InteropServices;
using Huatuo.Bpf.Interop;

namespace Huatuo.Bpf;

/// <summary>One attachment of a program to its hook. Disposing detaches: no run begins after that.</summary>
public sealed class BpfLink : SafeHandle
{
    internal BpfLink(nint link)
        : base(0, ownsHandle: true) => SetHandle(link);

    /// <summary>A descriptor that belongs to the link.</summary>
    internal int Fd => LibBpf.bpf_link__fd(handle);

    /// <inheritdoc/>
    public override bool IsInvalid => handle == 0;

    /// <inheritdoc/>
    protected override bool ReleaseHandle() => LibBpf.bpf_link__destroy(handle) == 0;
}
