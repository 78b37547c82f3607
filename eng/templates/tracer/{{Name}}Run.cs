using System.Runtime.InteropServices;
using Huatuo.Bpf;
using Huatuo.Flow.Enrich;
using Huatuo.Flow.Tracing;

namespace Huatuo.Tracers.{{group}}.{{Name}};

/// <summary>One run of <c>{{name}}</c>: its filter in the kernel, and its records.</summary>
internal sealed class {{Name}}Run({{Name}}Options options, TracerServices services) : IEventTracer
{
    public BpfObject Open()
    {
        BpfObject opened = BpfImages.Open({{Name}}Bpf.ObjectName);
        _ = new {{Name}}Bpf(opened) { ProcessesOnly = options.ProcessesOnly };
        return opened;
    }

    public void Loaded()
    {
    }

    public bool OnRecord(ReadOnlySpan<byte> record, EventOutput output)
    {
        if (record.Length < {{Name}}Record.Size)
            return false;
        ref readonly {{Name}}Record end = ref MemoryMarshal.AsRef<{{Name}}Record>(record);
        EventWho who = services.Identity.Resolve(end.Header, socketCgroupId: 0);
        output.Emit(end.Header.MonotonicNs, who.Container, StackText.None, new {{Name}}Event(who));
        return true;
    }
}
