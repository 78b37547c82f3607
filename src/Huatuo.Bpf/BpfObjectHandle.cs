using System.Runtime.InteropServices;
using Huatuo.Bpf.Interop;

namespace Huatuo.Bpf;

/// <summary>Owns a <c>struct bpf_object</c>: closing it unloads its programs and frees its maps.</summary>
internal sealed class BpfObjectHandle : SafeHandle
{
    internal BpfObjectHandle(nint handle)
        : base(0, ownsHandle: true) => SetHandle(handle);

    public override bool IsInvalid => handle == 0;

    protected override bool ReleaseHandle()
    {
        LibBpf.bpf_object__close(handle);
        return true;
    }
}
